import { defineConnector } from '../contract/index.ts';
import { normalise } from './address.ts';
import { fetchMedia, probe } from './api.ts';
import { handshake, parse, verify } from './inbound.ts';
import { manifest } from './manifest.ts';
import { revoke, send } from './outbound.ts';
import { welcome } from './welcome.ts';

export const connector = defineConnector({
  manifest,
  address: { normalise },
  hook: { handshake, verify, parse },
  pages: { handle: welcome },
  sender: { send },
  revoke,
  media: { fetch: fetchMedia },
  probe,
});
