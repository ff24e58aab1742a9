import { defineConnector } from '../contract/index.ts';
import { media, probe } from './bot.ts';
import { normaliseAddress } from './identity.ts';
import { parse, verify } from './inbound.ts';
import { manifest } from './manifest.ts';
import { send } from './outbound.ts';
import { open } from './poll.ts';
import { revoke } from './revoke.ts';
import { setup, teardown } from './setup.ts';

export const connector = defineConnector({
  manifest,
  address: { normalise: normaliseAddress },
  hook: { verify, parse },
  sender: { send },
  session: { needed: ({ config }) => config.receive === 'poll', open },
  revoke,
  media,
  probe,
  setup,
  teardown,
});
