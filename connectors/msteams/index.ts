import { defineConnector } from '../contract/index.ts';
import { normalise } from './address.ts';
import { fetchMedia, probe } from './api.ts';
import { keySet, parse, verify } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { TeamsConfig, TeamsCredentials } from './manifest.ts';
import { send } from './outbound.ts';

export const connector = defineConnector<TeamsConfig, TeamsCredentials>({
  manifest,
  address: { normalise },
  hook: { keySet, verify, parse },
  sender: { send },
  media: { fetch: fetchMedia },
  probe,
});
