import type { Connector } from '../../connectors/contract/index.ts';
import { noAddresses, numberSpellings, samples } from '../../connectors/kit/whatsapp/testing.ts';
import type { Content } from '../../protocol/content.ts';
import { fixtureRequest } from './fixtures.ts';
import type { SmsSpec, SmsTestAccount } from './sms.ts';
import type { ConformanceSpec } from './spec.ts';

/** What differs between connectors that bring WhatsApp. */
export type WhatsAppSpec = Pick<
  SmsSpec,
  'folder' | 'config' | 'credentials' | 'calls' | 'ignored' | 'answers' | 'toldInBodies' | 'skips'
> & {
  /** Default: a user id. */
  sample?: string;
  template?: Partial<Extract<Content, { kind: 'template' }>>;
  /** Payload of a native content. */
  native: Record<string, unknown>;
};

const template = {
  kind: 'template',
  name: 'order_ready',
  language: 'fr-FR',
  text: 'Ada, order 7 is ready',
  parameters: ['Ada', '7'],
  header: [{ type: 'image', id: 'med_5' }],
  buttons: [{ index: 0, type: 'quick_reply', value: 'COMING' }],
} satisfies Content;

/** The spec of a connector: what all of them share, and what it says of itself. Configuration gets `base_url` and country (FR). */
export function whatsappSpec(
  connector: Connector,
  of: WhatsAppSpec,
): ConformanceSpec & { account: SmsTestAccount } {
  const { name, capabilities } = connector.manifest;
  const id = 'acc_01KAP00000000000000000TEST';
  const account: SmsTestAccount = {
    id,
    merchantId: 'mer_01KAP00000000000000000TEST',
    test: true,
    config: { base_url: 'http://platform.test', country: 'FR', ...of.config },
    credentials: of.credentials,
    hookUrl: `https://gateway.test/hooks/${name}/${id}`,
  };
  const { throttled, rejected, ...answers } = of.answers;
  const all: Content[] = [
    samples.text,
    ...samples.media,
    samples.location,
    samples.contact,
    ...samples.choices,
    ...samples.cards,
    samples.reaction,
    { ...template, ...of.template },
    { kind: 'typing', on: true },
    { kind: 'read', message_id: 'msg_1' },
    { kind: 'native', connector: name, payload: of.native, text: 'Where are you?' },
  ];
  return {
    connector,
    account,
    fixtures: new URL('fixtures/', of.folder),
    request: (fixture) => of.calls.make(fixtureRequest(fixture, account), account),
    spoil: Object.fromEntries(
      Object.entries(of.calls.spoil).map(([way, spoil]) => [way, (request) => spoil(request, account)]),
    ),
    ignored: of.ignored,
    answers: {
      ...answers,
      throttled: { ...throttled, headers: { 'retry-after': '3' }, retryAfterMs: 3000 },
      rejected: rejected.map(([what, answer, code]) => ({ name: what, ...answer, code })),
    },
    addresses: {
      same: numberSpellings,
      refused: noAddresses,
      sample: of.sample ?? 'whatsapp:FR.840200000000001',
    },
    ...(of.toldInBodies ? { toldInBodies: of.toldInBodies } : {}),
    samples: all.filter(({ kind }) => capabilities.outbound[kind] === 'native'),
    skips: { ...of.calls.skips, ...of.skips },
  };
}

/** Where the consumer is, as the Cloud API asks it. */
export const locationRequest = {
  type: 'interactive',
  interactive: {
    type: 'location_request_message',
    body: { text: 'Where?' },
    action: { name: 'send_location' },
  },
};
