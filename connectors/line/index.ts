import { defineConnector } from '../contract/index.ts';
import { normalise } from './address.ts';
import { fetchMedia, probe } from './api.ts';
import { parse, verify } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { LineConfig, LineCredentials } from './manifest.ts';
import { send } from './outbound.ts';
import { profile } from './profile.ts';
import { setup } from './setup.ts';

export const connector = defineConnector<LineConfig, LineCredentials>({
  manifest,
  address: { normalise },
  hook: { verify, parse },
  sender: { send },
  media: { fetch: fetchMedia },
  pages: {
    assets: { 'video.png': { file: new URL('./assets/video.png', import.meta.url), type: 'image/png' } },
  },
  profile,
  probe,
  setup,
});
