import { spec as messengerSpec } from '../../connectors/messenger/messenger.conformance.ts';
import { spec as whatsappSpec } from '../../connectors/whatsapp/whatsapp.conformance.ts';
import { adapt } from '../../protocol/adapt/index.ts';
import { sms } from '../../protocol/adapt/channels.ts';
import { context } from '../../protocol/adapt/arbitraries.ts';
import { contentSchema } from '../../protocol/content.ts';
import type { Content } from '../../protocol/content.ts';
import { loadFixtures } from '../conformance/fixtures.ts';
import { suiteNowMs } from '../conformance/scripted.ts';
import type { ConformanceSpec } from '../conformance/spec.ts';
import { row } from './report.ts';
import type { Row } from './report.ts';
import { textGrowth } from './text-growth.ts';

// The protocol's own work, beside JSON.parse + JSON.stringify of the same bytes in the same run, in turns.
const rounds = 15;
const batch = 200;
const batches = 20;
/** Typical inbound normalisation is to be within this many times of the floor. */
const mostTimes = 10;

const choice: Content = {
  kind: 'choice',
  text: 'Your table for two on Friday at eight is free. Shall we keep it for you?',
  options: [
    { id: 'keep', title: 'Yes, keep it' },
    { id: 'later', title: 'A later time' },
    { id: 'no', title: 'No, thank you' },
  ],
  footer: 'Answer within the hour',
};
const text: Content = {
  kind: 'text',
  text: 'Your order 1042 is on its way, and will be with you by noon on Friday.',
};

interface Contest {
  name: string;
  /** What the floor parses and writes again. */
  bytes: string;
  ours: () => unknown;
  mostTimes?: number;
}

/** As the gateway takes in a webhook: the signature on the raw bytes, the connector's reading, and the content held against the schema. */
function normalisation(spec: ConformanceSpec, fixtureName: string): Contest {
  const fixture = loadFixtures(spec).find(({ name }) => name === fixtureName);
  if (!fixture) throw new Error(`${spec.connector.manifest.name} has no fixture ${fixtureName}`);
  const request = spec.request!(fixture);
  const hook = spec.connector.hook!;
  return {
    name: `inbound, ${spec.connector.manifest.name} text`,
    bytes: new TextDecoder().decode(request.body),
    mostTimes,
    ours: () => {
      if (!hook.verify(request, spec.account, suiteNowMs).ok) throw new Error('refused');
      const parsed = hook.parse(request, spec.account);
      if (!parsed.ok || parsed.items.length === 0) throw new Error('not read');
      return parsed.items.map((item) => item.type === 'message' && contentSchema.parse(item.content));
    },
  };
}

const { capabilities: whatsapp } = whatsappSpec.connector.manifest;
const contests: Contest[] = [
  parsing('text', text),
  parsing('choice', choice),
  { name: 'adapt, text for SMS', bytes: JSON.stringify(text), ours: () => adapt(text, sms, context) },
  { name: 'adapt, choice for SMS', bytes: JSON.stringify(choice), ours: () => adapt(choice, sms, context) },
  {
    name: 'adapt, choice for WhatsApp',
    bytes: JSON.stringify(choice),
    ours: () => adapt(choice, whatsapp, context),
  },
  normalisation(whatsappSpec, 'text'),
  normalisation(messengerSpec, 'text'),
];

function parsing(name: string, content: Content): Contest {
  const bytes = JSON.stringify(content);
  return { name: `parse, ${name}`, bytes, ours: () => contentSchema.parse(JSON.parse(bytes)) };
}

/** Seconds that each of some batches took. */
function time(run: () => unknown): number[] {
  return Array.from({ length: batches }, () => {
    const from = performance.now();
    for (let i = 0; i < batch; i++) run();
    return (performance.now() - from) / 1000;
  });
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;

/** Ratio below 1: ours is slower than the floor. For inbound normalisation at least a tenth; else the run fails. */
export function* protocol(): Generator<Row> {
  for (const { name, bytes, ours, mostTimes: most } of contests) {
    const times: { ours: number[]; floor: number[] } = { ours: [], floor: [] };
    for (let round = -2; round < rounds; round++) {
      const [floor, own] = [time(() => JSON.stringify(JSON.parse(bytes))), time(ours)];
      if (round < 0) continue;
      times.floor.push(...floor);
      times.ours.push(...own);
    }
    const [own, floor] = [times.ours, times.floor].map((list) => list.toSorted((a, b) => a - b)) as [
      number[],
      number[],
    ];
    const inMs = (seconds: number) => Number(((seconds * 1000) / batch).toPrecision(3));
    const made = row({
      name: `protocol: ${name}`,
      ours: batch / at(own, 0.5),
      floor: batch / at(floor, 0.5),
      p50_ms: inMs(at(own, 0.5)),
      p99_ms: inMs(at(own, 0.99)),
      unit: 'ops/s',
      against: `JSON of the same bytes${most ? `; at least ${1 / most}` : ''}`,
    });
    if (most !== undefined && made.ratio < 1 / most) process.exitCode = 1;
    yield made;
  }
  yield* textGrowth();
}
