import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { capabilitiesSchema } from '../../protocol/capabilities.ts';
import type { Limit } from '../../protocol/capabilities.ts';
import { contentKinds } from '../../protocol/content.ts';
import { channelSchema } from '../../protocol/messages.ts';
import { shown, when } from './check.ts';
import type { CheckGroup } from './check.ts';
import type { ConformanceSpec } from './spec.ts';

const schemeSchema = z.string().regex(/^[a-z][a-z0-9+.-]{1,31}$/);

const documentSchema = z.strictObject({
  title: z.string().min(1),
  url: z.url({ protocol: /^https?$/ }),
  version: z.string().min(1),
});

/** What a manifest must be beyond its type: values that would type-check and yet be nonsense. */
const manifestSchema = z.object({
  name: channelSchema,
  channel: channelSchema,
  title: z.string().min(1),
  schemes: z.array(schemeSchema).min(1),
  documents: z.array(documentSchema).min(1, 'names no document of the platform'),
  rate: z.strictObject({
    perSecond: z.number().positive().max(100_000),
    concurrency: z.int().positive().max(10_000),
    perAddressMs: z.int().positive().optional(),
    perAddressBurst: z.int().positive().max(1000).optional(),
    sender: z.strictObject({ field: z.string().min(1), perSecond: z.number().positive() }).optional(),
  }),
});

const problemsOf = (error: z.ZodError | undefined): string[] =>
  (error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);

export const manifestChecks: CheckGroup = {
  name: 'manifest',
  checks: [
    {
      name: 'is named as its folder',
      run: ({ connector, fixtures }) => {
        const folder = fixtures.pathname.split('/').filter(Boolean).at(-2);
        return when(
          folder !== connector.manifest.name,
          `the folder is ${folder}, the manifest says ${connector.manifest.name}`,
        );
      },
    },
    {
      name: 'has names, schemes, a rate and documents with address and version',
      run: ({ connector }) => problemsOf(manifestSchema.safeParse(connector.manifest).error),
    },
    {
      name: 'declares capabilities for every kind in both directions',
      run: ({ connector: { manifest } }) => [
        ...problemsOf(capabilitiesSchema.safeParse(manifest.capabilities).error),
        ...contentKinds.flatMap((kind) =>
          (['inbound', 'outbound'] as const).flatMap((way) =>
            when(manifest.capabilities[way]?.[kind] === undefined, `${way} says nothing of ${kind}`),
          ),
        ),
      ],
    },
    { name: 'declares the limits of what it calls native, in sane units', run: limitProblems },
    {
      name: 'takes the sample account',
      run: ({ connector: { manifest }, account }) => [
        ...problemsOf(manifest.config.safeParse(account.config).error).map((says) => `config ${says}`),
        ...problemsOf(manifest.credentials.safeParse(account.credentials).error).map(
          (says) => `credentials ${says}`,
        ),
      ],
    },
    {
      name: 'refuses unknown fields of config, credentials and settings',
      run: ({ connector: { manifest }, account }) => [
        ...when(takesUnknown(manifest.config, account.config), 'config takes an unknown field'),
        ...when(takesUnknown(manifest.credentials, account.credentials), 'credentials take an unknown field'),
        ...when(
          manifest.settings !== undefined &&
            jsonSchemas(manifest.settings).some((of) => of.additionalProperties !== false),
          'settings take an unknown field',
        ),
      ],
    },
    {
      name: 'describes every field that a merchant or an operator sets',
      run: ({ connector: { manifest } }) => [
        ...undescribed(manifest.config).map((field) => `config ${field} has no description`),
        ...undescribed(manifest.credentials).map((field) => `credentials ${field} has no description`),
        ...(manifest.settings
          ? undescribed(manifest.settings).map((field) => `settings ${field} has no description`)
          : []),
      ],
    },
    {
      name: 'can send and receive in one of the ways of the contract',
      run: ({ connector }) => [
        ...when(
          !connector.hook && !connector.session && !connector.server,
          'nothing comes in: no hook, session or server',
        ),
        ...when(
          !connector.sender && !connector.session && !connector.server,
          'nothing goes out: no sender, session or server',
        ),
      ],
    },
    {
      name: 'has a README',
      run: ({ fixtures }) => {
        const readme = new URL('../README.md', fixtures);
        return when(
          !existsSync(readme) || readFileSync(readme, 'utf8').trim().length < 200,
          'there is no README.md to speak of',
        );
      },
    },
  ],
};

interface JsonObjectSchema {
  properties?: Record<string, { description?: string }>;
  additionalProperties?: unknown;
  anyOf?: JsonObjectSchema[];
  oneOf?: JsonObjectSchema[];
}

/** The object schemas behind a zod schema: itself, or its branches. */
function jsonSchemas(schema: z.ZodType): JsonObjectSchema[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonObjectSchema;
  return json.anyOf ?? json.oneOf ?? [json];
}

const undescribed = (schema: z.ZodType): string[] =>
  jsonSchemas(schema).flatMap((of) =>
    Object.entries(of.properties ?? {}).flatMap(([field, { description }]) => (description ? [] : [field])),
  );

const takesUnknown = (schema: z.ZodType, sample: unknown): boolean =>
  schema.safeParse({ ...(sample as object), passerelle_unknown_field: 1 }).success;

const textUnits = ['septets', 'utf16', 'utf8_bytes', 'codepoints', 'graphemes'];

/** Texts are counted in a unit of text; a native kind needs the limits by which it is adapted. */
function limitProblems({ connector }: ConformanceSpec): string[] {
  const { capabilities } = connector.manifest;
  const { outbound, text, media, caption, buttons, list, card, carousel } = capabilities;
  const texts: [string, Limit | undefined][] = [
    ['text', text],
    ['caption', caption],
    ['buttons.label', buttons?.label],
    ['buttons.body', buttons?.body],
    ['list.label', list?.label],
    ['list.body', list?.body],
    ['list.button', list?.button],
    ['list.description', list?.description],
    ['card.title', card?.title],
    ['card.subtitle', card?.subtitle],
    ['card.label', card?.label],
  ];
  return [
    ...texts.flatMap(([name, limit]) =>
      when(limit !== undefined && !textUnits.includes(limit.unit), `${name} is counted in ${limit?.unit}`),
    ),
    ...[buttons, list].flatMap((of) =>
      when(
        of !== undefined && of.payload.max < 34,
        `a payload of ${shown(of?.payload)} has no room for the 34 bytes that come back`,
      ),
    ),
    ...when(
      outbound.media === 'native' && media === undefined,
      'media is native, and its limits are not declared',
    ),
    ...when(
      outbound.choice === 'native' && !buttons && !list,
      'choice is native, and neither buttons nor list are declared',
    ),
    ...when(outbound.card === 'native' && !card, 'card is native, and its limits are not declared'),
    ...when(
      outbound.carousel === 'native' && (!carousel || !card),
      'carousel is native, and its limits are not declared',
    ),
    ...when(
      carousel !== undefined && carousel.min > carousel.max,
      'a carousel needs more cards than it can hold',
    ),
    ...when(outbound.text !== 'native' && outbound.template !== 'native', 'not even text is native outbound'),
  ];
}
