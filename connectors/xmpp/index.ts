import { defineConnector } from '../contract/index.ts';
import { normalise } from './address.ts';
import { manifest } from './manifest.ts';
import { fetchMedia } from './media.ts';
import { createSessions } from './session.ts';

export const connector = defineConnector({
  manifest,
  address: { normalise },
  session: createSessions(),
  media: { fetch: fetchMedia },
});
