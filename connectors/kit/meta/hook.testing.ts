import { fixtureRequest } from '../../../test/conformance/fixtures.ts';
import type { CannedAnswer, ConformanceSpec } from '../../../test/conformance/spec.ts';
import { hexSigned } from '../../../test/conformance/whatsapp-cloud.ts';
import type { Account } from '../../contract/index.ts';

export const appSecrets = {
  app_secret: 'conformance-app-secret',
  verify_token: 'conformance-verify-token',
};
const calls = hexSigned('x-hub-signature-256', ({ credentials }) => credentials['app_secret'], 'sha256=');

/** Call-backs of an app of Meta's, which its secret signs. */
export const metaHook = (
  account: Account<unknown, Record<string, string>>,
): Pick<ConformanceSpec, 'request' | 'spoil' | 'skips'> => {
  const own = { ...account, config: {} };
  return {
    request: (fixture) => calls.make(fixtureRequest(fixture, account), own),
    spoil: Object.fromEntries(
      Object.entries(calls.spoil).map(([name, spoil]) => [name, (request) => spoil(request, own)]),
    ),
    ...(calls.skips ? { skips: calls.skips } : {}),
  };
};

/** A refusal of the Send API's. */
export const refusedByApp = (status: number, code: number, subcode?: number): CannedAnswer => ({
  status,
  body: {
    error: {
      message: `(#${code}) refused`,
      type: 'OAuthException',
      code,
      ...(subcode ? { error_subcode: subcode } : {}),
      fbtrace_id: 'A1',
    },
  },
});
