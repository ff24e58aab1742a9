import { defineConnector } from '../contract/index.ts';
import { normaliseAddress } from '../kit/mail/address.ts';
import { maxHookBytes } from '../kit/mail/provider.ts';
import { parse } from './inbound.ts';
import { manifest } from './manifest.ts';
import type { SendgridConfig, SendgridCredentials } from './manifest.ts';
import { probe, sender } from './outbound.ts';
import { verify } from './signature.ts';

export const connector = defineConnector<SendgridConfig, SendgridCredentials>({
  manifest,
  address: { normalise: normaliseAddress },
  hook: { maxBytes: maxHookBytes, verify, parse },
  sender,
  probe,
});
