import { defineConnector } from '../contract/index.ts';
import { normalise } from './address.ts';
import { probe } from './api.ts';
import { verify } from './envelope.ts';
import { handshake, parse } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { WechatConfig, WechatCredentials } from './manifest.ts';
import { fetchMedia } from './media.ts';
import { send } from './outbound.ts';

export const connector = defineConnector<WechatConfig, WechatCredentials>({
  manifest,
  address: { normalise },
  hook: { handshake, verify, parse },
  sender: { send },
  media: { fetch: fetchMedia },
  probe,
});
