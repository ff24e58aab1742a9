import type { HookRequest } from '../../connectors/contract/index.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { problemCodes, Refusal } from '../problems.ts';
import type { ProblemCode } from '../problems.ts';
import type { Services } from './services.ts';

/** What becomes known of a call while it is taken. */
export interface Said {
  verdict?: 'verified' | 'refused' | 'handshake';
  reason?: string;
}

/** Writes down how a platform's call was answered, so that whoever sets an account up sees what came and why it was refused. */
export async function noted(
  { exchanges, clock }: Pick<Services, 'exchanges' | 'clock'>,
  { live: { account }, request: { method, path, body } }: { live: LiveAccount; request: HookRequest },
  take: (said: Said) => Promise<Response>,
): Promise<Response> {
  const said: Said = {};
  const atMs = clock.now();
  const from = performance.now();
  const write = (status: number) =>
    exchanges.called({
      account,
      purpose: 'hook',
      atMs,
      durationMs: performance.now() - from,
      method,
      path,
      bytes: body.length,
      status,
      verdict: said.verdict,
      reason: said.reason,
    });
  try {
    const response = await take(said);
    write(response.status);
    return response;
  } catch (error) {
    const code: ProblemCode = error instanceof Refusal ? error.code : 'internal';
    if (code === 'invalid_signature') said.verdict = 'refused';
    said.reason ??= code;
    write(problemCodes[code].status);
    throw error;
  }
}
