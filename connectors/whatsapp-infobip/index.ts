import { defineConnector } from '../contract/index.ts';
import { hookToken } from '../kit/sms/index.ts';
import { fetchSmsMedia } from '../kit/sms/media.ts';
import { normalise } from '../kit/whatsapp/address.ts';
import { capabilitiesWith } from '../kit/whatsapp/made-at-meta.ts';
import { catalogueExample, flowExample } from '../kit/whatsapp/made-examples.ts';
import { parse } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { InfobipConfig, InfobipCredentials } from './manifest.ts';
import { authorization, probe, send } from './outbound.ts';
import { templates } from './templates.ts';

export const connector = defineConnector<InfobipConfig, InfobipCredentials>({
  manifest,
  address: { normalise },
  capabilitiesFor: (content, config) => capabilitiesWith(manifest.capabilities, content, config, false),
  withConfiguration: [catalogueExample, flowExample],
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
  templates,
});
