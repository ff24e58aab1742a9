import {
  cloudAnswers,
  cloudIgnored,
  cloudNumber,
  hexSigned,
  refusedByMeta,
} from '../../test/conformance/whatsapp-cloud.ts';
import { locationRequest, whatsappSpec } from '../../test/conformance/whatsapp.ts';
import { connector } from './index.ts';

export const spec = whatsappSpec(connector, {
  folder: import.meta.url,
  config: { api_version: 'v25.0', phone_number_id: cloudNumber, media: 'upload' },
  credentials: {
    access_token: 'conformance-access-token',
    app_secret: 'conformance-app-secret',
    verify_token: 'conformance-verify-token',
  },
  calls: hexSigned('x-hub-signature-256', ({ credentials }) => credentials['app_secret'], 'sha256='),
  ignored: cloudIgnored,
  answers: { ...cloudAnswers, unauthorized: refusedByMeta(401, 190) },
  native: locationRequest,
});
