import { defineConnector } from '../contract/index.ts';
import { download } from '../kit/download.ts';
import { normalise } from './address.ts';
import { probe } from './api.ts';
import { parse, verify } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { ZaloConfig, ZaloCredentials } from './manifest.ts';
import { send } from './outbound.ts';

export const connector = defineConnector<ZaloConfig, ZaloCredentials>({
  manifest,
  address: { normalise },
  hook: { verify, parse },
  sender: { send },
  // the address lies on Zalo's own hosts, and wants no token
  media: { fetch: (reference, _account, context) => download(context, { url: reference }) },
  probe,
});
