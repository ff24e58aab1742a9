import { defineConnector } from '../contract/index.ts';
import { verifyTwilio } from '../kit/signatures/index.ts';
import { fetchSmsMedia } from '../kit/sms/media.ts';
import { normalise } from '../kit/whatsapp/address.ts';
import { parse } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { TwilioConfig, TwilioCredentials } from './manifest.ts';
import { authorization, probe, send } from './outbound.ts';

export const connector = defineConnector<TwilioConfig, TwilioCredentials>({
  manifest,
  address: { normalise },
  hook: { verify: (request, { credentials }) => verifyTwilio(request, credentials.auth_token), parse },
  sender: { send },
  media: {
    fetch: (reference, account, context) =>
      fetchSmsMedia(
        reference,
        { baseUrl: account.config.base_url, headers: authorization(account) },
        context,
      ),
  },
  probe,
});
