import type {
  Connector,
  InquiryOutcome,
  InquiryRequest,
  RevokeOutcome,
  RevokeRequest,
} from '../../connectors/contract/index.ts';
import { probeConnector } from '../gateway/engine.ts';

export const channelNames = ['probe', 'pigeon', 'raven'] as const;
export type ChannelName = (typeof channelNames)[number];

/** What a platform can do beside taking messages. */
export interface Ability {
  /** It de-duplicates by key. */
  idempotent: boolean;
  /** It can be asked what became of a send. */
  inquire: boolean;
  /** It takes back what it took. */
  revoke: boolean;
  /** What is gone already is gone also when it is asked for again; else it says that it is too late. */
  saysGone: boolean;
}

export const drawAbilities = (random: () => number): Record<ChannelName, Ability> => {
  const draw = (): Ability => ({
    idempotent: random() < 0.3,
    inquire: random() < 0.5,
    revoke: random() < 0.6,
    saysGone: random() < 0.7,
  });
  return { probe: draw(), pigeon: draw(), raven: draw() };
};

/** How connectors reach what is outside. */
export interface Asked {
  inquire(accountId: string, request: InquiryRequest, signal: AbortSignal): Promise<InquiryOutcome>;
  revoke(accountId: string, request: RevokeRequest, signal: AbortSignal): Promise<RevokeOutcome>;
}

/** A connector for each channel. Slow enough for a burst to wait: at its account, and at one address. */
export const connectorsOf = (abilities: Readonly<Record<ChannelName, Ability>>, asked: Asked): Connector[] =>
  channelNames.map((name) => {
    const { idempotent, inquire, revoke } = abilities[name];
    const made = probeConnector({
      name,
      channel: name,
      schemes: name === 'probe' ? ['probe', 'tel'] : [name],
      idempotentSends: idempotent,
      rate: { perSecond: 15, concurrency: 3, perAddressMs: 100 },
    });
    const form = new RegExp(`^(${name}:[a-z0-9]+|tel:\\+\\d+)$`);
    return {
      ...made,
      address: { normalise: (address) => (form.test(address) ? address : undefined) },
      ...(inquire ? { inquire: (request, { id }, { signal }) => asked.inquire(id, request, signal) } : {}),
      ...(revoke ? { revoke: (request, { id }, { signal }) => asked.revoke(id, request, signal) } : {}),
    };
  });
