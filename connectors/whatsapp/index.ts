import { defineConnector } from '../contract/index.ts';
import { mayHoldToken } from '../kit/meta/download.ts';
import { callGraph, graphUrl } from '../kit/meta/graph.ts';
import { tokenExpiry } from '../kit/meta/token-expiry.ts';
import { metaHandshake, verifyMetaSignature } from '../kit/meta/webhook.ts';
import { normalise } from '../kit/whatsapp/address.ts';
import { parseCloud } from '../kit/whatsapp/inbound.ts';
import { capabilitiesWith } from '../kit/whatsapp/made-at-meta.ts';
import { cloudExamples } from '../kit/whatsapp/made-examples.ts';
import { fetchCloudMedia } from '../kit/whatsapp/media.ts';
import { codes } from '../kit/whatsapp/status.ts';
import { phoneNumberSchema } from '../kit/whatsapp/wire.ts';
import { manifest } from './manifest.ts';
import type { WhatsAppConfig, WhatsAppCredentials } from './manifest.ts';
import { send } from './outbound.ts';
import { templates } from './templates.ts';

export const connector = defineConnector<WhatsAppConfig, WhatsAppCredentials>({
  manifest,
  address: { normalise },
  capabilitiesFor: (content, config) =>
    capabilitiesWith(manifest.capabilities, content, config, config.media === 'link'),
  withConfiguration: cloudExamples,
  hook: {
    handshake: (request, account) => metaHandshake(request, account.credentials.verify_token),
    verify: (request, account) => verifyMetaSignature(request, account.credentials.app_secret),
    parse: (request, { config }) =>
      parseCloud(request, { connector: manifest.name, phoneNumberId: config.phone_number_id }),
  },
  sender: { send },
  media: {
    fetch: (reference, { config, credentials: { access_token: token } }, context) =>
      fetchCloudMedia(reference, context, {
        infoUrl: (id) => `${graphUrl(config, id)}?phone_number_id=${config.phone_number_id}`,
        headers: { authorization: `Bearer ${token}` },
        // what is not Meta's own is fetched without
        file: (url) => ({ url, token: mayHoldToken(url, config.base_url) ? token : undefined }),
      }),
  },
  templates,
  probe: async ({ config, credentials }, context) => {
    const answer = await callGraph(context, {
      method: 'GET',
      url: `${graphUrl(config, config.phone_number_id)}?fields=id,verified_name,quality_rating`,
      token: credentials.access_token,
      codes,
      schema: phoneNumberSchema,
    });
    if (answer.ok) {
      const { access_token: token, app_secret: appSecret } = credentials;
      return {
        ok: true,
        ...(answer.value.verified_name ? { detail: answer.value.verified_name } : {}),
        ...(await tokenExpiry(config, { token, appSecret }, context)),
      };
    }
    const { outcome } = answer;
    return {
      ok: false,
      detail:
        outcome.type === 'rejected'
          ? `${outcome.failure.code} ${outcome.failure.platform_code ?? ''}`.trim()
          : outcome.type,
    };
  },
});
