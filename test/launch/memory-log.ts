import type { Log } from '../../connectors/contract/host.ts';

/** A log that keeps event names, for tests. */
export function memoryLog(): Log & { events: string[] } {
  const events: string[] = [];
  const keep = (event: string) => void events.push(event);
  return { events, info: keep, warn: keep, error: keep };
}
