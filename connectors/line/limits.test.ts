import { expect, it } from 'vitest';
import { measure } from '../../protocol/text/index.ts';
import type { Part } from '../contract/index.ts';
import { everyPart } from '../kit/adapted.testing.ts';
import { connector } from './index.ts';
import { render } from './render.ts';
import type { Message } from './render.ts';

/** Every value in a tree with the name it stands under, and the object around it. */
function walk(value: unknown, visit: (name: string, value: unknown, around: Message) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    visit(name, inner, value as Message);
    walk(inner, visit);
  }
}

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** What LINE would refuse, by the figures of the Messaging API reference. */
function refusals(message: Message): string[] {
  const found: string[] = [];
  const must = (good: boolean, what: string): void => void (good || found.push(what));
  walk([message], (name, value, around) => {
    const text = String(value);
    if (name === 'text' && around['type'] === 'text')
      must(text.length > 0 && text.length <= 5000, `text of ${text.length}`);
    if (name === 'altText') must(text.length > 0 && text.length <= 1500, `altText of ${text.length}`);
    if (name === 'label')
      must(text.length > 0 && measure(text, 'graphemes') <= 20, `label of ${measure(text, 'graphemes')}`);
    if (name === 'data' || name === 'displayText') must(text.length <= 300, `${name} of ${text.length}`);
    if (name === 'uri') must(text.length <= 1000, `uri of ${text.length}`);
    if (name === 'originalContentUrl' || name === 'previewImageUrl' || name === 'url')
      must(
        text.startsWith('https:') && text.length <= 2000,
        `${name} ${text.slice(0, 20)} of ${text.length}`,
      );
    if (around['type'] === 'location' && (name === 'title' || name === 'address'))
      must(text.length > 0 && text.length <= 100, `${name} of ${text.length}`);
    if (name === 'items') must((value as unknown[]).length <= 13, 'more than 13 quick replies');
    if (around['type'] === 'carousel' && name === 'contents')
      must((value as unknown[]).length <= 12, 'more than 12 bubbles');
    if (around['type'] === 'bubble' && name === 'type')
      must(bytes(around) <= 30_000, `bubble of ${bytes(around)}`);
    if (around['type'] === 'carousel' && name === 'type')
      must(bytes(around) <= 50_000, `carousel of ${bytes(around)}`);
  });
  return found;
}

it('whatever a merchant sends, adapted to the capabilities, keeps to the limits of LINE', async () => {
  const check = (part: Part) => {
    const rendered = render({
      part,
      addressOf: () => 'https://gateway.test/media/med_1',
      previewUrl: 'https://gateway.test/assets/line/video.png',
      durationMs: 1000,
    });
    expect([rendered.ok, rendered.ok && rendered.messages.flatMap(refusals), part]).toEqual([true, [], part]);
  };
  await everyPart(connector, check, { except: ['native', 'typing'] });
});
