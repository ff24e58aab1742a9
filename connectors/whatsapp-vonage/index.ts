import { defineConnector } from '../contract/index.ts';
import { verifyVonage } from '../kit/signatures/index.ts';
import { fetchSmsMedia } from '../kit/sms/media.ts';
import { normalise } from '../kit/whatsapp/address.ts';
import { capabilitiesWith } from '../kit/whatsapp/made-at-meta.ts';
import { catalogueExample, sideBySideExample } from '../kit/whatsapp/made-examples.ts';
import { parse } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { VonageConfig, VonageCredentials } from './manifest.ts';
import { authorization, send } from './outbound.ts';

/** Vonage repeats a call-back for 24 h; nothing says that it signs each repetition anew. */
const toleranceMs = 25 * 3_600_000;

/** Media lies with a regional host of Vonage's: the credentials go to those, and to `base_url`, only. */
const mayHoldSecret = (url: string): boolean =>
  URL.canParse(url) &&
  new URL(url).protocol === 'https:' &&
  /(^|\.)(nexmo|vonage)\.com$/.test(new URL(url).hostname);

export const connector = defineConnector<VonageConfig, VonageCredentials>({
  manifest,
  address: { normalise },
  capabilitiesFor: (content, config) => capabilitiesWith(manifest.capabilities, content, config, true),
  withConfiguration: [catalogueExample, { content: sideBySideExample, config: {} }],
  hook: {
    verify: (request, { config, credentials }, nowMs) =>
      verifyVonage(request, credentials.signature_secret, { nowMs, toleranceMs, apiKey: config.api_key }),
    parse,
  },
  sender: { send },
  media: {
    fetch: (reference, account, context) =>
      fetchSmsMedia(
        reference,
        {
          baseUrl: mayHoldSecret(reference) ? reference : account.config.base_url,
          headers: authorization(account),
        },
        context,
      ),
  },
});
