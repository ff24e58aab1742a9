import { spec } from './example/example.conformance.ts';
import { broken, sender, withSend } from './planted.ts';
import type { Planted } from './planted.ts';

export const plantedOutbound: Planted[] = [
  [
    'has no sample of a kind',
    'has a sound sample of every kind declared native outbound',
    broken({}, { samples: [] }),
  ],
  [
    'loses the platform id',
    'sends every sample, and tells the platform ids',
    withSend((real) => (real.type === 'sent' ? { ...real, providerIds: ['1'] } : real)),
  ],
  [
    'takes an unreadable answer for good',
    'an answer that cannot be read is uncertain',
    withSend((real) => (real.type === 'uncertain' ? { type: 'sent', providerIds: ['1'] } : real)),
  ],
  [
    'mixes up codes',
    'each refusal of the platform has its code',
    withSend((real) =>
      real.type === 'rejected' ? { type: 'rejected', failure: { ...real.failure, code: 'blocked' } } : real,
    ),
  ],
  [
    'overlooks bad credentials',
    'refused credentials are account_unauthorized',
    withSend((real) =>
      real.type === 'rejected'
        ? { type: 'rejected', failure: { ...real.failure, code: 'platform_refused' } }
        : real,
    ),
  ],
  [
    'counts seconds for milliseconds',
    'throttling says when to come back',
    withSend((real) =>
      real.type === 'throttled' && real.retryAfterMs
        ? { ...real, retryAfterMs: real.retryAfterMs / 1000 }
        : real,
    ),
  ],
  [
    'gives up on a 503',
    'trouble of the platform is temporary',
    withSend((real) =>
      real.type === 'rejected' ? { type: 'rejected', failure: { ...real.failure, permanent: true } } : real,
    ),
  ],
  [
    'repeats what may have arrived',
    'a send whose answer never came is uncertain',
    withSend((real) => (real.type === 'uncertain' ? { type: 'throttled' } : real)),
  ],
  [
    'fears what never went out',
    'a send that never went out is no uncertainty',
    withSend((real) => (real.type === 'rejected' ? { type: 'uncertain', reason: 'x' } : real)),
  ],
  [
    'cannot be aborted',
    'the gateway can abort a send',
    broken({
      sender: {
        send: (request, account, context) =>
          sender.send(request, account, { ...context, signal: new AbortController().signal }),
      },
    }),
  ],
  [
    'throws to say no',
    'no answer makes it throw, and only a 2xx is sent',
    withSend((real) => {
      if (real.type === 'rejected') throw new Error('rejected');
      return real;
    }),
  ],
  [
    'takes a redirect for sent',
    'no answer makes it throw, and only a 2xx is sent',
    withSend((real) => (real.type === 'rejected' ? { type: 'sent', providerIds: ['1'] } : real)),
  ],
  [
    'tells a secret in its outcome',
    'sends every sample, and tells the platform ids',
    withSend((real) =>
      real.type === 'sent' ? { ...real, providerIds: [...real.providerIds, 'example-token'] } : real,
    ),
  ],
  [
    'logs a secret',
    'an answer that cannot be read is uncertain',
    broken({
      sender: {
        send: (request, account, context) => {
          context.log.info('sending', { token: 'example-token' });
          return sender.send(request, account, context);
        },
      },
    }),
  ],
  [
    'logs an address',
    'refused credentials are account_unauthorized',
    broken({
      sender: {
        send: (request, account, context) => {
          context.log.info('sending', { to: request.address });
          return sender.send(request, account, context);
        },
      },
    }),
  ],
  [
    'calls somebody else',
    'sends every sample, and tells the platform ids',
    broken({
      sender: {
        send: async (request, account, context) => {
          await context.http.call({ method: 'GET', url: 'https://elsewhere.test', signal: context.signal });
          return sender.send(request, account, context);
        },
      },
    }),
  ],
  [
    'calls good what is not',
    'a probe of bad credentials or a dead platform says so',
    broken({ probe: () => Promise.resolve({ ok: true }) }),
  ],
  [
    'throws on missing media',
    'media that cannot be fetched are a value',
    broken({ media: { fetch: () => Promise.reject(new Error('404')) } }),
  ],
  [
    'gives secrets to another host',
    'media that cannot be fetched are a value',
    broken({
      media: {
        fetch: async (_reference, _account, { http, signal }) => {
          await http.call({
            method: 'GET',
            url: 'https://elsewhere.test',
            headers: { authorization: 'example-token' },
            signal,
          });
          return { ok: false, permanent: true, reason: 'x' };
        },
      },
    }),
  ],
  [
    'keeps the payload to itself',
    'says the payloads that come back with an answer',
    broken(
      {},
      { samples: [...spec.samples, { kind: 'choice', text: 'Which?', options: [{ id: 'a', title: 'A' }] }] },
    ),
  ],
  [
    'mutates into an exception',
    'mutated answers make it neither throw nor tell secrets',
    withSend((real) => {
      if (real.type === 'uncertain') throw new Error('unreadable');
      return real;
    }),
  ],
];
