import { defineConnector } from '../contract/index.ts';
import { normalise } from './address.ts';
import { probe } from './api.ts';
import { parse, verify } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { DiscordConfig, DiscordCredentials } from './manifest.ts';
import { fetchMedia } from './media.ts';
import { send } from './outbound.ts';
import { open } from './session.ts';

export const connector = defineConnector<DiscordConfig, DiscordCredentials>({
  manifest,
  address: { normalise },
  hook: { verify, parse },
  sender: { send },
  session: { open: (account, host) => open(account, host) },
  media: { fetch: fetchMedia },
  probe,
});
