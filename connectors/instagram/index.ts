import { defineConnector } from '../contract/index.ts';
import { download } from '../kit/download.ts';
import { metaHandshake, verifyMetaSignature } from '../kit/meta/webhook.ts';
import { normalise } from './address.ts';
import { parse } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { InstagramConfig, InstagramCredentials } from './manifest.ts';
import { probe, send } from './outbound.ts';
import { profile } from './profile.ts';

export const connector = defineConnector<InstagramConfig, InstagramCredentials>({
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
  probe,
});
