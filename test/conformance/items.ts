import { z } from 'zod';
import type { InboundItem } from '../../connectors/contract/index.ts';
import { addressScheme, addressSchema } from '../../protocol/address.ts';
import { contentSchema, languageSchema, mediaSchema, moneySchema } from '../../protocol/content.ts';
import type { Media } from '../../protocol/content.ts';
import { failureSchema } from '../../protocol/failures.ts';
import { postbackSchema, referralSchema } from '../../protocol/messages.ts';
import { paymentStateSchema } from '../../protocol/payments.ts';
import { addressProblems } from './address.checks.ts';
import { when } from './check.ts';
import type { ConformanceSpec } from './spec.ts';

/** The contract's inbound items as schemas: what the gateway may rely on whatever a platform sends. */
const atMs = z.int().nonnegative().max(8_640_000_000_000_000);
const providerId = z.string().min(1).max(1024);
const sender = z.strictObject({
  address: addressSchema,
  aliases: z.array(addressSchema).optional(),
  name: z
    .string()
    .refine((name) => name.isWellFormed())
    .optional(),
  language: languageSchema.optional(),
});
const media = z
  .strictObject({
    bytes: z.instanceof(Uint8Array).optional(),
    reference: z.string().min(1).optional(),
    mediaType: z.string().optional(),
    name: z.string().optional(),
  })
  .refine(
    (of) => (of.bytes === undefined) !== (of.reference === undefined),
    'has bytes or a reference, not both',
  );

const itemSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('message'),
    providerId,
    sender,
    content: contentSchema,
    media: z.record(z.string().max(64), media).optional(),
    atMs: atMs.optional(),
    replyTo: providerId.optional(),
    payload: postbackSchema.shape.payload.optional(),
    values: z.record(z.string(), z.unknown()).optional(),
    referral: referralSchema.optional(),
    automatic: z.boolean().optional(),
    consent: z
      .strictObject({
        state: z.enum(['opted_out', 'opted_in']),
        scope: z.literal('promotional').optional(),
        statement: z.string().min(1).max(64),
      })
      .optional(),
  }),
  z.strictObject({
    type: z.literal('receipt'),
    providerIds: z.array(providerId),
    state: z.enum(['sent', 'delivered', 'read', 'failed']),
    failure: failureSchema.optional(),
    atMs: atMs.optional(),
    upToMs: atMs.optional(),
    address: addressSchema.optional(),
  }),
  z.strictObject({ type: z.literal('signal'), sender, signal: z.enum(['typing', 'typing_stopped']) }),
  z.strictObject({
    type: z.literal('payment'),
    providerId,
    sender,
    state: paymentStateSchema,
    reference: z.string().min(1).max(1024).optional(),
    replyTo: providerId.optional(),
    amount: moneySchema.optional(),
    atMs: atMs.optional(),
  }),
  z.strictObject({ type: z.literal('ignored'), reason: z.string().min(1).max(512) }),
]);

/** Every media item inside a content, wherever it stands. */
export function mediaIn(value: unknown): Media[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = mediaSchema.safeParse(value);
  if (own.success) return [own.data];
  return Object.values(value).flatMap(mediaIn);
}

/** What is wrong with the items of one request. */
export function itemProblems(spec: ConformanceSpec, items: InboundItem[]): string[] {
  return items.flatMap((item, index) => {
    const named = (says: string) => `item ${index} (${item.type}): ${says}`;
    const parsed = itemSchema.safeParse(item);
    if (!parsed.success)
      return parsed.error.issues.map((issue) => named(`${issue.path.join('.')}: ${issue.message}`));
    return oneItemProblems(spec, item).map(named);
  });
}

function oneItemProblems(spec: ConformanceSpec, item: InboundItem): string[] {
  switch (item.type) {
    case 'message': {
      const { inbound } = spec.connector.manifest.capabilities;
      return [
        ...addressProblems(spec, item.sender.address),
        // an alias may be of another connector (`tel:`): then only that one knows its canonical form
        ...(item.sender.aliases ?? [])
          .filter((alias) => spec.connector.manifest.schemes.includes(addressScheme(alias)))
          .flatMap((alias) => addressProblems(spec, alias)),
        ...when(
          inbound[item.content.kind] !== 'native',
          `${item.content.kind} is not declared native inbound`,
        ),
        ...mediaIn(item.content).flatMap(({ id, url }) =>
          when(
            url === undefined && (id === undefined || item.media?.[id] === undefined),
            `media ${id} is named and not brought`,
          ),
        ),
      ];
    }
    case 'receipt':
      return [
        ...when(
          item.providerIds.length === 0 && (item.upToMs === undefined || item.address === undefined),
          'is about no message',
        ),
        ...when(item.state === 'failed' && item.failure === undefined, 'failed without a failure'),
        ...(item.address === undefined ? [] : addressProblems(spec, item.address)),
      ];
    case 'signal':
    case 'payment':
      return addressProblems(spec, item.sender.address);
    case 'ignored':
      return [];
  }
}
