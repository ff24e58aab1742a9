import { defineConnector } from '../contract/index.ts';
import { hookToken } from '../kit/sms/index.ts';
import { fetchSmsMedia } from '../kit/sms/media.ts';
import { normalise } from './address.ts';
import { parse } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { KakaoConfig, KakaoCredentials } from './manifest.ts';
import { authorization, probe, send } from './outbound.ts';

export const connector = defineConnector<KakaoConfig, KakaoCredentials>({
  manifest,
  address: { normalise },
  hook: { verify: hookToken.verify, parse },
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
