/** A token bucket. `take` says how long to wait, in milliseconds; 0 means go. */
export interface Bucket {
  take(nowMs: number): number;
}

export function createBucket({ perSecond, burst }: { perSecond: number; burst: number }): Bucket {
  let tokens = burst;
  let atMs: number | undefined;
  return {
    take(nowMs) {
      tokens = Math.min(burst, tokens + (Math.max(0, nowMs - (atMs ?? nowMs)) / 1000) * perSecond);
      atMs = nowMs;
      if (tokens < 1) return Math.ceil(((1 - tokens) / perSecond) * 1000);
      tokens -= 1;
      return 0;
    },
  };
}
