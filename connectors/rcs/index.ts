import { defineConnector } from '../contract/index.ts';
import { normalise } from './address.ts';
import { probe, reach } from './api.ts';
import { fetchMedia, handshake, parse, verify } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { RcsConfig, RcsCredentials } from './manifest.ts';
import { revoke, send } from './outbound.ts';

export const connector = defineConnector<RcsConfig, RcsCredentials>({
  manifest,
  address: { normalise },
  hook: { handshake, verify, parse },
  sender: { send },
  media: { fetch: fetchMedia },
  revoke,
  reach,
  probe,
});
