import { defineConnector } from '../contract/index.ts';
import { download } from '../kit/download.ts';
import { normalise } from './address.ts';
import { parse, verify } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { ViberConfig, ViberCredentials } from './manifest.ts';
import { probe, send } from './outbound.ts';
import { reach } from './reach.ts';
import { setup, teardown } from './setup.ts';

export const connector = defineConnector<ViberConfig, ViberCredentials>({
  manifest,
  address: { normalise },
  hook: { verify, parse },
  sender: { send },
  // the address is signed by the platform, expires within hours, and wants no token
  media: { fetch: (reference, _account, context) => download(context, { url: reference }) },
  reach,
  probe,
  setup,
  teardown,
});
