import { spec } from './example/example.conformance.ts';
import { broken, hook, manifest, sender, withManifest } from './planted.ts';
import type { Planted } from './planted.ts';

const without = (name: string) => ({
  ignored: Object.fromEntries(Object.entries(spec.ignored!).filter(([of]) => of !== name)),
});

export const plantedEvents: Planted[] = [
  [
    'signs nothing but the time',
    'refuses a tampered body',
    broken({
      hook: {
        ...hook,
        verify: (request) =>
          request.headers['x-timestamp'] ? { ok: true } : { ok: false, reason: 'no time' },
      },
    }),
  ],
  [
    'forgets the time',
    'refuses a stale request',
    broken({
      hook: {
        ...hook,
        verify: (request, account) =>
          hook.verify(request, account, Number(request.headers['x-timestamp']) * 1000),
      },
    }),
  ],
  ['says nothing of its echo', 'ignores its own echo', broken({}, without('its own echo'))],
  ['says nothing of the unknown', 'ignores an unknown event', broken({}, without('an unknown event'))],
  [
    'claims receipts of failure',
    'has a fixture of every receipt it declares',
    withManifest({ capabilities: { ...manifest.capabilities, receipts: ['failed'] } }),
  ],
  [
    'calls home on a real line',
    'an answer is an answer, and nothing goes beyond this machine',
    broken({
      sender: {
        send: async (request, account, context) => {
          await context.http.call({ method: 'GET', url: 'http://home.test', signal: context.signal });
          return sender.send(request, account, context);
        },
      },
    }),
  ],
  [
    'knows no time-out',
    'a platform that hangs leaves the send uncertain, at the time-out and when the gateway gives up',
    broken({
      sender: {
        send: async (...call) => {
          const outcome = await sender.send(...call);
          return outcome.type === 'uncertain' ? { type: 'throttled' } : outcome;
        },
      },
    }),
  ],
  [
    'takes a broken line for a no',
    'a line that breaks after the request leaves the send uncertain',
    broken({
      sender: {
        send: async (...call) => {
          const outcome = await sender.send(...call);
          return outcome.type === 'uncertain' && outcome.reason === 'reset' ? { type: 'throttled' } : outcome;
        },
      },
    }),
  ],
  [
    'sends twice at once',
    'calls of one send go one after the other',
    broken({
      sender: {
        send: async (...call) => (await Promise.all([sender.send(...call), sender.send(...call)]))[0],
      },
    }),
  ],
  [
    'cuts what the gateway cut once more',
    'a text cut by its limit goes out whole and in order',
    broken({
      sender: {
        send: (request, account, context) => {
          const { content } = request.part;
          const text = (content.text ?? '').slice(0, 500);
          return sender.send(
            { ...request, part: { ...request.part, content: { kind: 'text', text } } },
            account,
            context,
          );
        },
      },
    }),
  ],
];
