import { defineConnector } from '../contract/index.ts';
import { dialog360Signature, verifyBearer, verifyBodySignature } from '../kit/signatures/index.ts';
import { normalise } from '../kit/whatsapp/address.ts';
import { parseCloud } from '../kit/whatsapp/inbound.ts';
import { capabilitiesWith } from '../kit/whatsapp/made-at-meta.ts';
import { cloudExamples } from '../kit/whatsapp/made-examples.ts';
import { fetchCloudMedia } from '../kit/whatsapp/media.ts';
import { sendCloud } from '../kit/whatsapp/send.ts';
import { manifest } from './manifest.ts';
import type { Dialog360Config, Dialog360Credentials } from './manifest.ts';
import { keyHeader, pathOf, urlOf } from './platform.ts';
import { probe } from './probe.ts';
import { templates } from './templates.ts';

export const connector = defineConnector<Dialog360Config, Dialog360Credentials>({
  manifest,
  address: { normalise },
  capabilitiesFor: (content, config) =>
    capabilitiesWith(manifest.capabilities, content, config, config.media === 'link'),
  withConfiguration: cloudExamples,
  hook: {
    verify: (request, { config, credentials: { webhook_secret: secret } }) =>
      config.verification === 'header'
        ? verifyBearer(request, secret)
        : verifyBodySignature(request, secret, dialog360Signature),
    parse: (request, { config }) =>
      parseCloud(request, { connector: manifest.name, phoneNumberId: config.phone_number_id }),
  },
  sender: {
    send: (request, { config, credentials }, context) =>
      sendCloud(
        request,
        {
          messagesUrl: urlOf(config, 'messages'),
          mediaUrl: urlOf(config, 'media'),
          token: credentials.api_key,
          tokenHeader: keyHeader,
          media: config.media,
          made: config,
        },
        context,
      ),
  },
  media: {
    fetch: (reference, { config, credentials }, context) => {
      const headers = { [keyHeader]: credentials.api_key };
      return fetchCloudMedia(reference, context, {
        infoUrl: (id) => urlOf(config, id),
        headers,
        // the address is Meta's; its path and query are fetched from 360dialog, and the key goes nowhere else
        file: (url) => ({ url: urlOf(config, pathOf(url)), headers }),
      });
    },
  },
  probe,
  templates,
});
