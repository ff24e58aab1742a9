import { defineConnector } from '../contract/index.ts';
import { download } from '../kit/download.ts';
import { callGraph, graphUrl } from '../kit/meta/graph.ts';
import { tokenExpiry } from '../kit/meta/token-expiry.ts';
import { metaHandshake, verifyMetaSignature } from '../kit/meta/webhook.ts';
import { normalise } from './address.ts';
import { parse } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { MessengerConfig, MessengerCredentials } from './manifest.ts';
import { send } from './outbound.ts';
import { profile } from './profile.ts';
import { codes } from './status.ts';
import { pageSchema } from './wire.ts';

export const connector = defineConnector<MessengerConfig, MessengerCredentials>({
  manifest,
  address: { normalise },
  hook: {
    handshake: (request, account) => metaHandshake(request, account.credentials.verify_token),
    verify: (request, account) => verifyMetaSignature(request, account.credentials.app_secret),
    parse,
  },
  sender: { send },
  // the address is signed by the platform and wants no token
  media: { fetch: (reference, _account, context) => download(context, { url: reference }) },
  profile,
  probe: async ({ config, credentials }, context) => {
    const answer = await callGraph(context, {
      method: 'GET',
      url: `${graphUrl(config, config.page_id)}?fields=id,name`,
      token: credentials.page_access_token,
      codes,
      schema: pageSchema,
    });
    if (answer.ok) {
      const { page_access_token: token, app_secret: appSecret } = credentials;
      return {
        ok: true,
        ...(answer.value.name ? { detail: answer.value.name } : {}),
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
