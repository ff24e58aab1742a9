import { z } from 'zod';
import type { HookRequest } from '../../contract/index.ts';
import { verifyQueryToken } from '../signatures/index.ts';
import type { Verified } from '../signatures/index.ts';

/** For aggregators that sign nothing: a secret in the address that they call. */
export const hookToken = {
  /** The field `hook_token` of the credentials. It needs no escaping wherever it is written. */
  field: z
    .string()
    .regex(/^[\w-]{16,128}$/, 'expected 16 to 128 letters, digits, - and _')
    .describe('Secret in the address that the platform calls (?token=…), for it signs nothing'),
  /** The hook with its token, for templates: where call-backs are asked for with each message. */
  url: '{hook}?token={secret.hook_token}',
  /** Checks the token of a call. It proves who calls, not that nothing was changed: TLS has to. */
  verify: (request: HookRequest, { credentials }: { credentials: { hook_token: string } }): Verified =>
    verifyQueryToken(request, 'token', credentials.hook_token),
};
