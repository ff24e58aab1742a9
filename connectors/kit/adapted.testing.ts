import * as fc from 'fast-check';
import { anyContent, context } from '../../protocol/adapt/arbitraries.ts';
import { adapt } from '../../protocol/adapt/index.ts';
import type { Capabilities } from '../../protocol/capabilities.ts';
import type { Content, ContentKind } from '../../protocol/content.ts';
import type { OutboundMedia, Part } from '../contract/index.ts';

const held: OutboundMedia = {
  url: 'https://gateway.test/media/1',
  mediaType: 'image/png',
  bytes: 3,
  read: () => Promise.resolve(Uint8Array.of(1, 2, 3)),
};
/** The files that any content may name. */
export const anyMedia: ReadonlyMap<string, OutboundMedia> = new Map(
  ['med_1', 'med_2', 'med_3'].map((id) => [id, held]),
);

const blank = (value: unknown): boolean =>
  typeof value === 'string'
    ? value !== '' && value.trim() === ''
    : typeof value === 'object' && value !== null && Object.values(value).some(blank);

/** Any content, for platforms that take a text of nothing but blanks for none. */
export const notBlank: fc.Arbitrary<Content> = anyContent.filter((content) => !blank(content));

interface Options {
  contents?: fc.Arbitrary<Content>;
  /** Kinds of parts that are not checked: a native one is the merchant's own. */
  except?: readonly ContentKind[];
}

/** Whatever a merchant sends, adapted to what a connector says it can: `check` gets every part that comes of it. */
export async function everyPart(
  { manifest: { name, capabilities } }: { manifest: { name: string; capabilities: Capabilities } },
  check: (part: Part) => void | Promise<void>,
  { contents = anyContent, except = ['native'] }: Options = {},
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(contents, async (content) => {
      for (const part of adapt(content, capabilities, { ...context, connector: name }).parts)
        if (!except.includes(part.content.kind)) await check(part);
    }),
    { numRuns: 300 },
  );
}
