import { defineConnector } from '../contract/index.ts';
import { normalise } from './address.ts';
import { parse, verify } from './inbound.ts';
import { manifest } from './manifest.ts';
import { fetchMedia, probe, reach, revoke, send } from './outbound.ts';

export const connector = defineConnector({
  manifest,
  address: { normalise },
  hook: { verify, parse },
  sender: { send },
  media: { fetch: fetchMedia },
  revoke,
  reach,
  probe,
});
