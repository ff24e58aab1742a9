import { cloudAnswers, cloudIgnored, cloudNumber, hexSigned } from '../../test/conformance/whatsapp-cloud.ts';
import { locationRequest, whatsappSpec } from '../../test/conformance/whatsapp.ts';
import { connector } from './index.ts';

const header = 'x-360dialog-signature';
const calls = hexSigned(header, ({ credentials }) => credentials['webhook_secret']);

export const spec = whatsappSpec(connector, {
  folder: import.meta.url,
  config: { phone_number_id: cloudNumber, verification: 'signature', media: 'upload' },
  credentials: { api_key: 'conformance-api-key', webhook_secret: 'conformance-platform-secret' },
  calls: {
    ...calls,
    spoil: {
      ...calls.spoil,
      'the signature of Meta alone': ({ headers, ...request }) => ({
        ...request,
        headers: { 'x-hub-signature-256': `sha256=${headers[header]}` },
      }),
    },
  },
  ignored: cloudIgnored,
  answers: {
    ...cloudAnswers,
    unauthorized: { status: 401, body: { error: 'Invalid API key' } },
    rejected: [
      ...cloudAnswers.rejected,
      ['a blocked endpoint', { status: 403, body: { error: 'blocked' } }, 'platform_refused'],
      [
        '360dialog’s own refusal, which has no code',
        { status: 400, body: { meta: { success: false, httpCode: 400 } } },
        'platform_refused',
      ],
    ],
  },
  native: locationRequest,
});
