import * as fc from 'fast-check';
import type { CallResult, OutgoingRequest } from '../../connectors/contract/index.ts';
import { contentKinds, contentSchema } from '../../protocol/content.ts';
import { shown, when } from './check.ts';
import type { Check, CheckGroup } from './check.ts';
import { counterexample, deep, jsonText, mutatedJson } from './garbage.ts';
import { loadFixtures } from './fixtures.ts';
import { answered, recording, secretsOf } from './scripted.ts';
import { originProblems, plainest, send, sendRequest } from './sending.ts';
import type { Sent } from './sending.ts';
import type { ConformanceSpec } from './spec.ts';

const noSender = ({ connector }: ConformanceSpec): string | undefined =>
  connector.sender ? undefined : 'it sends through a session or server of its own, which its own tests cover';

const signals = new Set(['typing', 'read', 'reaction', 'edit', 'removal']);

/** One send and what must come of it, with a name before what is wrong. */
async function expecting(
  name: string,
  sent: Promise<Sent>,
  good: (outcome: Sent['outcome']) => boolean,
): Promise<string[]> {
  const { outcome, problems } = await sent;
  return [...problems, ...when(!good(outcome), `ends as ${shown(outcome)}`)].map(
    (says) => `${name}: ${says}`,
  );
}

const all = async (parts: Promise<string[]>[]): Promise<string[]> => (await Promise.all(parts)).flat();

const temporary = (outcome: Sent['outcome']): boolean =>
  outcome.type === 'rejected' && !outcome.failure.permanent;

const answer = (status: number, body: unknown): CallResult => answered({ status, body });

const check = (name: string, run: Check['run']): Check => ({
  name,
  without: noSender,
  run: (spec) => (spec.answers ? run(spec) : ['the spec does not say what the platform answers']),
});

const oddBodies: unknown[] = [
  '',
  '<html>proxy error</html>',
  'null',
  '[]',
  '{}',
  '42',
  '{"error":null}',
  '{"error":"text"}',
  '{"error":{"code":"x"}}',
  '{"ok":false}',
  deep(90),
  Uint8Array.of(0xff, 0xfe, 0),
];

export const outboundChecks: CheckGroup = {
  name: 'outbound',
  checks: [
    {
      name: 'has a sound sample of every kind declared native outbound',
      run: ({ connector, samples }) => [
        ...contentKinds.flatMap((kind) =>
          when(
            connector.manifest.capabilities.outbound[kind] === 'native' &&
              !samples.some((sample) => sample.kind === kind),
            `no sample of ${kind}`,
          ),
        ),
        ...samples.flatMap((sample) => [
          ...when(!contentSchema.safeParse(sample).success, `the sample of ${sample.kind} is no content`),
          ...when(
            connector.manifest.capabilities.outbound[sample.kind] !== 'native',
            `${sample.kind} has a sample and is not declared native`,
          ),
        ]),
      ],
    },
    check('sends every sample, and tells the platform ids', (spec) =>
      all(
        spec.samples.map((sample) =>
          expecting(sample.kind, send(spec, answered(spec.answers!.ok), { sample }), (outcome) => {
            if (outcome.type !== 'sent') return false;
            if (sample === plainest(spec))
              return shown(outcome.providerIds) === shown(spec.answers!.providerIds);
            return signals.has(sample.kind) || outcome.providerIds.length > 0;
          }),
        ),
      ),
    ),
    check('says the payloads that come back with an answer', async (spec) => {
      const askable = spec.samples.filter(
        (sample) => (sendRequest(spec, sample).part.payloads ?? []).length > 0,
      );
      const found: string[] = [];
      for (const sample of askable) {
        const { requests } = await send(spec, answered(spec.answers!.ok), { sample });
        const said = JSON.stringify(requests.map(({ json, body }) => json ?? body));
        for (const payload of sendRequest(spec, sample).part.payloads ?? [])
          found.push(...when(!said.includes(payload), `${sample.kind}: ${payload} is not sent`));
      }
      return found;
    }),
    check('an answer that cannot be read is uncertain', (spec) =>
      all(
        ['<html>proxy error</html>', '', '[]', 'null', '{'].map((body) =>
          expecting(`200 ${body}`, send(spec, answer(200, body)), ({ type }) => type === 'uncertain'),
        ),
      ),
    ),
    check('each refusal of the platform has its code', (spec) =>
      all([
        ...(spec.answers!.rejected.length ? [] : [Promise.resolve(['the spec names no refusal'])]),
        ...spec.answers!.rejected.map((canned) =>
          expecting(
            canned.name,
            send(spec, answered(canned)),
            (outcome) => outcome.type === 'rejected' && outcome.failure.code === canned.code,
          ),
        ),
      ]),
    ),
    check('refused credentials are account_unauthorized', (spec) =>
      expecting(
        'unauthorized',
        send(spec, answered(spec.answers!.unauthorized)),
        (outcome) => outcome.type === 'rejected' && outcome.failure.code === 'account_unauthorized',
      ),
    ),
    check('throttling says when to come back', (spec) => {
      const { throttled } = spec.answers!;
      return all([
        expecting(
          'throttled',
          send(spec, answered(throttled)),
          (outcome) => outcome.type === 'throttled' && outcome.retryAfterMs === throttled.retryAfterMs,
        ),
        expecting(
          'a bare 429',
          send(spec, answer(429, '')),
          (outcome) => outcome.type === 'throttled' || temporary(outcome),
        ),
      ]);
    }),
    check('trouble of the platform is temporary', (spec) =>
      all([
        ...[500, 503].flatMap((status) =>
          ['<html>down</html>', '{}'].map((body) =>
            expecting(`${status} ${body}`, send(spec, answer(status, body)), temporary),
          ),
        ),
        // a proxy's 502 and 504 may mean that the platform has it
        ...[502, 504].map((status) =>
          expecting(
            `${status}`,
            send(spec, answer(status, '')),
            (outcome) => temporary(outcome) || outcome.type === 'uncertain',
          ),
        ),
      ]),
    ),
    check('a send whose answer never came is uncertain', (spec) =>
      all(
        (['timeout', 'reset', 'aborted', 'too_large'] as const).map((reason) =>
          expecting(reason, send(spec, { type: 'unknown', reason }), ({ type }) => type === 'uncertain'),
        ),
      ),
    ),
    check('a send that never went out is no uncertainty', (spec) =>
      all([
        ...(['dns', 'connect', 'aborted'] as const).map((reason) =>
          expecting(reason, send(spec, { type: 'unsent', reason }), temporary),
        ),
        ...(['guard', 'invalid_url'] as const).map((reason) =>
          expecting(reason, send(spec, { type: 'unsent', reason }), ({ type }) => type === 'rejected'),
        ),
      ]),
    ),
    check('the gateway can abort a send', async (spec) => {
      const sent = await send(spec, answered(spec.answers!.ok), { aborted: true });
      const during = await send(spec, answered(spec.answers!.ok));
      during.abort();
      return [
        ...sent.problems,
        ...when(sent.outcome.type === 'sent', 'it was aborted before anything was sent, and says sent'),
        ...when(
          during.requests.some(({ signal }) => !signal.aborted),
          'a call does not carry the signal of the gateway',
        ),
      ];
    }),
    check('no answer makes it throw, and only a 2xx is sent', (spec) =>
      all(
        [200, 204, 302, 400, 401, 403, 404, 409, 413, 418, 429, 500].flatMap((status) =>
          oddBodies.map((body) =>
            expecting(
              `${status} ${shown(body).slice(0, 60)}`,
              send(spec, answer(status, body)),
              ({ type }) => type !== 'sent' || status < 300,
            ),
          ),
        ),
      ),
    ),
    check('mutated answers make it neither throw nor tell secrets', async (spec) => {
      const { ok, unauthorized, throttled, rejected } = spec.answers!;
      const canned = [ok, unauthorized, throttled, ...rejected].filter(
        ({ body }) => typeof body === 'object',
      );
      if (canned.length === 0) return [];
      const script = fc
        .constantFrom(...canned)
        .chain((of) => mutatedJson(of.body).map((body) => ({ ...of, body: jsonText(body) })));
      return counterexample(
        fc.asyncProperty(script, async (of) => {
          const { problems } = await send(spec, answered(of));
          if (problems.length) throw new Error(problems.join('; '));
        }),
      );
    }),
    {
      name: 'a probe of bad credentials or a dead platform says so',
      without: ({ connector }) => (connector.probe ? undefined : 'it has no probe'),
      run: (spec) =>
        all([
          probed(spec, spec.answers && answered(spec.answers.unauthorized)),
          probed(spec, { type: 'unknown', reason: 'timeout' }),
          probed(spec, { type: 'unsent', reason: 'dns' }),
          probed(spec, answer(500, '<html>')),
        ]),
    },
    {
      name: 'media that cannot be fetched are a value',
      without: ({ connector }) => (connector.media ? undefined : 'it fetches no media'),
      run: (spec) =>
        all([
          fetched(spec, answer(404, '{}')),
          fetched(spec, answer(500, '<html>')),
          fetched(spec, { type: 'unknown', reason: 'timeout' }),
          fetched(spec, { type: 'unknown', reason: 'too_large' }),
          fetched(spec, { type: 'unsent', reason: 'dns' }),
        ]),
    },
  ],
};

async function probed(spec: ConformanceSpec, script: CallResult | undefined): Promise<string[]> {
  if (!script) return [];
  const { context, logs, requests } = recording(script);
  const result = await spec.connector.probe!(spec.account, context);
  return [
    ...when(result.ok, `calls the credentials good after ${shown(script)}`),
    ...leaks(spec, [JSON.stringify(result), ...logs]),
    ...requests.flatMap((request) => originProblems(spec, request)),
  ];
}

async function fetched(spec: ConformanceSpec, script: CallResult): Promise<string[]> {
  const { context, logs, requests } = recording(script);
  const references = loadFixtures(spec).flatMap(({ items }) =>
    items.flatMap((item) =>
      item.type === 'message'
        ? Object.values(item.media ?? {}).flatMap((of) => ('reference' in of ? of.reference : []))
        : [],
    ),
  );
  const found: string[] = [];
  for (const reference of [...references, 'unknown', '../../etc/passwd', '']) {
    const result = await spec.connector.media!.fetch(reference, spec.account, { ...context, maxBytes: 1000 });
    found.push(
      ...when(result.ok, `${reference} is ok after ${shown(script)}`),
      ...leaks(spec, [JSON.stringify(result), ...logs]),
    );
  }
  return [...found, ...requests.flatMap((request) => foreignSecrets(spec, request))];
}

/** Media may lie with somebody else, who must not see the account's secrets. */
const foreignSecrets = (spec: ConformanceSpec, request: OutgoingRequest): string[] =>
  originProblems(spec, request).length
    ? leaks(spec, [request.url, JSON.stringify(request.headers ?? {})])
    : [];

const leaks = (spec: ConformanceSpec, told: string[]): string[] =>
  secretsOf(spec.account.credentials).flatMap((secret) =>
    when(
      told.some((line) => line.includes(secret)),
      'a secret is given away',
    ),
  );
