import { defineConnector } from '../contract/index.ts';
import { normalise } from './address.ts';
import { manifest } from './manifest.ts';
import { createSessions } from './session.ts';

export const connector = defineConnector({
  manifest,
  address: { normalise: (address, { country }) => normalise(address, country) },
  session: createSessions(),
});
