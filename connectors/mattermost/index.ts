import { defineConnector } from '../contract/index.ts';
import { normalise } from './address.ts';
import { fetchMedia, probe } from './api.ts';
import { manifest } from './manifest.ts';
import { inquire, revoke, send } from './outbound.ts';
import { parse, verify } from './press.ts';
import { open } from './session.ts';

export const connector = defineConnector({
  manifest,
  address: { normalise },
  hook: { verify, parse },
  sender: { send },
  session: { open },
  media: { fetch: fetchMedia },
  inquire,
  revoke,
  probe,
});
