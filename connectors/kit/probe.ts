import type { CallResult, ProbeOutcome } from '../contract/index.ts';

/** Why a call to see whether credentials work told nothing: no answer, or one that refuses. For people, without secrets. */
export function notProbed(
  result: CallResult,
  {
    platform,
    asked,
    field,
  }: { platform: string; /** Behind the status. */ asked: string; /** Wrong at a 401. */ field?: string },
): ProbeOutcome {
  if (result.type !== 'answer') return { ok: false, detail: `${platform} did not answer: ${result.reason}` };
  return {
    ok: false,
    detail: `${platform} answers ${result.status} ${asked}`,
    ...(field !== undefined && result.status === 401 ? { fields: [field] } : {}),
  };
}
