import { defineConnector } from '../contract/index.ts';
import { normaliseTel } from '../kit/phone.ts';
import { manifest } from './manifest.ts';
import { createSessions } from './session.ts';

export const connector = defineConnector({
  manifest,
  address: { normalise: (address, { country }) => normaliseTel(address, country) },
  session: createSessions(),
});
