import { defineConnector } from '../contract/index.ts';
import { normalise } from './address.ts';
import { probe } from './api.ts';
import { fetchMedia } from './files.ts';
import { parse, verify } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { AppleConfig, AppleCredentials } from './manifest.ts';
import { send } from './outbound.ts';

export const connector = defineConnector<AppleConfig, AppleCredentials>({
  manifest,
  address: { normalise },
  hook: { verify, parse },
  sender: { send },
  media: { fetch: fetchMedia },
  probe,
});
