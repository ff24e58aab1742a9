import { defineConnector } from '../contract/index.ts';
import { normalise } from './address.ts';
import { fetchMedia, probe } from './api.ts';
import { parse, verify } from './inbound.ts';
import { manifest } from './manifest.ts';
import { inquire, revoke, send } from './outbound.ts';

export const connector = defineConnector({
  manifest,
  address: { normalise },
  hook: { verify, parse },
  sender: { send },
  media: { fetch: fetchMedia },
  inquire,
  revoke,
  probe,
});
