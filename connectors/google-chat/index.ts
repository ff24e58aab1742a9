import { defineConnector } from '../contract/index.ts';
import { normalise } from './address.ts';
import { fetchMedia, probe } from './api.ts';
import { keySet, parse, verify } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { GoogleChatConfig, GoogleChatCredentials } from './manifest.ts';
import { send } from './outbound.ts';

export const connector = defineConnector<GoogleChatConfig, GoogleChatCredentials>({
  manifest,
  address: { normalise },
  hook: { keySet, verify, parse },
  sender: { send },
  media: { fetch: fetchMedia },
  probe,
});
