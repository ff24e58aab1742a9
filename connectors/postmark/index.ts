import { defineConnector } from '../contract/index.ts';
import { normaliseAddress } from '../kit/mail/address.ts';
import { maxHookBytes } from '../kit/mail/provider.ts';
import { parse, verify } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { PostmarkConfig, PostmarkCredentials } from './manifest.ts';
import { probe, sender } from './outbound.ts';

export const connector = defineConnector<PostmarkConfig, PostmarkCredentials>({
  manifest,
  address: { normalise: normaliseAddress },
  hook: { maxBytes: maxHookBytes, verify, parse },
  sender,
  probe,
});
