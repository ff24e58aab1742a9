import { z } from 'zod';
import { spec } from './example/example.conformance.ts';
import { broken, hook, manifest, withManifest, withParse } from './planted.ts';
import type { Planted } from './planted.ts';

export const plantedInbound: Planted[] = [
  ['has another name than its folder', 'is named as its folder', withManifest({ name: 'other' })],
  [
    'cites no document',
    'has names, schemes, a rate and documents with address and version',
    withManifest({ documents: [] }),
  ],
  [
    'forgets a kind',
    'declares capabilities for every kind in both directions',
    withManifest({ capabilities: { ...manifest.capabilities, outbound: {} as never } }),
  ],
  [
    'counts texts in bytes of nothing',
    'declares the limits of what it calls native, in sane units',
    withManifest({ capabilities: { ...manifest.capabilities, text: { max: 10, unit: 'count' } } }),
  ],
  [
    'refuses its own account',
    'takes the sample account',
    broken({}, { account: { ...spec.account, config: {} } }),
  ],
  [
    'takes unknown credentials',
    'refuses unknown fields of config, credentials and settings',
    withManifest({ credentials: z.looseObject({}) }),
  ],
  [
    'has an unexplained field',
    'describes every field that a merchant or an operator sets',
    withManifest({ config: z.strictObject({ baseUrl: z.string() }) }),
  ],
  [
    'can not receive',
    'can send and receive in one of the ways of the contract',
    broken({ hook: undefined as never }),
  ],
  [
    'has no README',
    'has a README',
    broken({}, { fixtures: new URL('./nowhere/fixtures/', import.meta.url) }),
  ],
  [
    'splits one person in two',
    'all spellings of an address become one',
    broken({ address: { normalise: (address) => (address.startsWith('example:') ? address : undefined) } }),
  ],
  [
    'has an unstable address',
    'the canonical address is stable and well formed',
    broken({ address: { normalise: (address) => `${address}0` } }),
  ],
  [
    'takes any address',
    'refuses what is none of its own',
    broken({ address: { normalise: () => 'example:1' } }),
  ],
  [
    'throws on odd addresses',
    'any text gives a canonical address or none, and never throws',
    broken({
      address: { normalise: (address) => `example:${Number(decodeURIComponent(address).slice(8))}` },
    }),
  ],
  [
    'has no fixtures',
    'has fixtures, each with a name and the document it follows',
    broken({}, { fixtures: new URL('./nowhere/', import.meta.url) }),
  ],
  [
    'claims media',
    'has a fixture of every kind declared native inbound',
    withManifest({
      capabilities: {
        ...manifest.capabilities,
        inbound: { ...manifest.capabilities.inbound, media: 'native' },
      },
    }),
  ],
  [
    'doubles an item',
    'gives exactly the items of each fixture',
    withParse((parsed) => (parsed.ok ? { ...parsed, items: [...parsed.items, ...parsed.items] } : parsed)),
  ],
  [
    'makes a wrong address',
    'items are well formed',
    withParse((parsed) =>
      parsed.ok
        ? {
            ok: true,
            items: parsed.items.map((item) =>
              item.type === 'message' ? { ...item, sender: { address: 'example:007' } } : item,
            ),
          }
        : parsed,
    ),
  ],
  [
    'asks the clock',
    'the same bytes give the same items, without clock, chance or network',
    withParse((parsed) =>
      parsed.ok ? { ok: true, items: parsed.items.map((item) => ({ ...item, atMs: Date.now() })) } : parsed,
    ),
  ],
  [
    'asks chance',
    'the same bytes give the same items, without clock, chance or network',
    withParse((parsed) => (Math.random() < 2 ? parsed : parsed)),
  ],
  [
    'chokes on a new field',
    'unknown fields of the platform change nothing',
    broken({
      hook: {
        ...hook,
        parse: (request, account) =>
          Buffer.from(request.body).includes('passerelle_unknown')
            ? { ok: false, status: 422, detail: 'unknown field' }
            : hook.parse(request, account),
      },
    }),
  ],
  [
    'throws on the unknown',
    'what it need not know is ignored with a reason',
    withParse((parsed) => {
      if (parsed.ok && parsed.items[0]?.type === 'ignored') throw new Error('unknown event');
      return parsed;
    }),
  ],
  [
    'drops the unknown without a word',
    'what it need not know is ignored with a reason',
    withParse((parsed) =>
      parsed.ok ? { ok: true, items: parsed.items.filter(({ type }) => type !== 'ignored') } : parsed,
    ),
  ],
  [
    'accepts tampered bodies',
    'refuses every spoilt request',
    broken({
      hook: {
        ...hook,
        verify: (request) => (request.headers['x-signature'] ? { ok: true } : { ok: false, reason: '' }),
      },
    }),
  ],
  [
    'accepts any secret',
    'refuses a request made with another secret',
    broken({
      hook: {
        ...hook,
        verify: (request) => (request.headers['x-signature'] ? { ok: true } : { ok: false, reason: '' }),
      },
    }),
  ],
  [
    'accepts the unsigned',
    'refuses a request without a signature',
    broken({ hook: { ...hook, verify: () => ({ ok: true }) } }),
  ],
  [
    'echoes any challenge',
    'answers no set-up request that does not know the secret',
    broken({
      hook: {
        ...hook,
        handshake: (request) => ({ status: 200, body: request.query.get('hub.challenge') ?? '' }),
      },
    }),
  ],
  [
    'throws on garbage',
    'hostile bodies give items or a 4xx, never an exception',
    broken({
      hook: {
        ...hook,
        parse: (request) => ({ ok: true, items: JSON.parse(Buffer.from(request.body).toString()) as never }),
      },
    }),
  ],
  [
    'trusts the types',
    'mutated fixtures give sound items or a 4xx, never an exception',
    broken({
      hook: {
        ...hook,
        parse: (request, account) => {
          const parsed = hook.parse(request, account);
          if (!parsed.ok && parsed.status === 422) throw new TypeError('x is not a function');
          return parsed;
        },
      },
    }),
  ],
  [
    'lets a lone surrogate through',
    'mutated fixtures give sound items or a 4xx, never an exception',
    withParse((parsed) =>
      parsed.ok
        ? parsed
        : {
            ok: true,
            items: [
              {
                type: 'message',
                providerId: 'x',
                sender: { address: 'example:1' },
                content: { kind: 'text', text: '\ud800' },
              },
            ],
          },
    ),
  ],
];
