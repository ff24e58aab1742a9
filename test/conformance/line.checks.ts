import { setImmediate } from 'node:timers/promises';
import type { RequestListener } from 'node:http';
import type { HttpClient, OutgoingRequest, SendOutcome } from '../../connectors/contract/index.ts';
import { splitText } from '../../protocol/text/index.ts';
import { shown, when } from './check.ts';
import type { Check, CheckGroup } from './check.ts';
import { onLine, withLine } from './line.ts';
import type { Line } from './line.ts';
import { answered, recording } from './scripted.ts';
import { plainest, sendRequest } from './sending.ts';
import type { ConformanceSpec } from './spec.ts';

const check = (name: string, run: Check['run']): Check => ({
  name,
  without: ({ connector }) =>
    connector.sender
      ? undefined
      : 'it sends through a session or server of its own, which its own tests cover',
  run: (spec) => (spec.answers ? run(spec) : ['the spec does not say what the platform answers']),
});

const sendOn = (spec: ConformanceSpec, line: Line): Promise<SendOutcome> =>
  spec.connector.sender!.send(
    sendRequest(spec, plainest(spec)),
    onLine(spec.account, line.url),
    line.context,
  );

const ends = (outcome: SendOutcome, type: SendOutcome['type'], name: string): string[] =>
  when(outcome.type !== type, `${name}: ends as ${shown(outcome)}`);

/** Takes a request whole before it does anything. */
const after =
  (then: RequestListener): RequestListener =>
  (request, response) => {
    request.resume();
    request.on('end', () => then(request, response));
  };

/** The words w1, w2 … of everything that was sent, in order. */
const wordsOf = (requests: readonly OutgoingRequest[]): string[] =>
  requests.flatMap(({ json, body }) => {
    const text =
      json !== undefined
        ? JSON.stringify(json)
        : body instanceof FormData
          ? [...body.values()].filter((value) => typeof value === 'string').join(' ')
          : unescaped(body === undefined ? '' : Buffer.from(body).toString());
    return Array.from(text.matchAll(/\bw\d+\b/g), ([word]) => word);
  });

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** Sends by the connector on a real line, and what the order of its calls is. */
export const lineChecks: CheckGroup = {
  name: 'on the line',
  checks: [
    check('an answer is an answer, and nothing goes beyond this machine', (spec) => {
      const { status, headers, body } = spec.answers!.ok;
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return withLine(
        after((_, response) =>
          response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text),
        ),
        async (line) => [
          ...ends(await sendOn(spec, line), 'sent', 'a platform that answers'),
          ...line.strangers.map((host) => `a connection to ${host} was tried`),
        ],
      );
    }),
    check(
      'a platform that hangs leaves the send uncertain, at the time-out and when the gateway gives up',
      async (spec) => {
        const silent = after(() => {});
        const timedOut = await withLine(silent, (line) => sendOn(spec, line), { timeoutMs: 150 });
        const aborted = await new Promise<SendOutcome | 'deaf'>((resolve, reject) => {
          let line: Line | undefined;
          const hang = after(() => line?.abort());
          void withLine(
            hang,
            (open) => {
              line = open;
              const late = AbortSignal.timeout(5000);
              return Promise.race([
                sendOn(spec, open),
                new Promise<'deaf'>((gaveUp) => late.addEventListener('abort', () => gaveUp('deaf'))),
              ]);
            },
            { timeoutMs: 60_000 },
          ).then(resolve, reject);
        });
        return [
          ...ends(timedOut, 'uncertain', 'at the time-out'),
          ...(aborted === 'deaf'
            ? ['it goes on although the gateway gave up']
            : ends(aborted, 'uncertain', 'when the gateway gives up')),
        ];
      },
    ),
    check('a line that breaks after the request leaves the send uncertain', (spec) =>
      withLine(
        after((request) => void request.socket.destroy()),
        async (line) => ends(await sendOn(spec, line), 'uncertain', 'a broken line'),
      ),
    ),
    check('calls of one send go one after the other', async (spec) => {
      const found: string[] = [];
      for (const sample of spec.samples) {
        let pending = 0;
        let overlap = false;
        const { context } = recording(answered(spec.answers!.ok));
        const http: HttpClient = {
          call: async (request) => {
            overlap ||= ++pending > 1;
            await setImmediate();
            pending--;
            return context.http.call(request);
          },
        };
        await spec.connector.sender!.send(sendRequest(spec, sample), spec.account, { ...context, http });
        found.push(...when(overlap, `${sample.kind}: calls overlap, so their order is left to chance`));
      }
      return found;
    }),
    check('a text cut by its limit goes out whole and in order', async (spec) => {
      const { text } = spec.connector.manifest.capabilities;
      const words = Array.from(
        { length: Math.min(Math.ceil((text.max * 2.2) / 6), 9000) },
        (_, i) => `w${i + 1}`,
      );
      const pieces = splitText(words.join(' '), text);
      const record = recording(answered(spec.answers!.ok));
      for (const piece of pieces)
        await spec.connector.sender!.send(
          sendRequest(spec, { kind: 'text', text: piece }),
          spec.account,
          record.context,
        );
      const told = wordsOf(record.requests);
      const at = words.findIndex((word, index) => told[index] !== word);
      return when(
        at >= 0 || told.length !== words.length,
        `${pieces.length} pieces: ${told.length} of ${words.length} words arrive, the first amiss is ${words[at] ?? 'one too many'}`,
      );
    }),
  ],
};
