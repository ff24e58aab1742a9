import { expect, it } from 'vitest';
import { everyPart } from '../kit/adapted.testing.ts';
import { connector } from './index.ts';
import { render } from './render.ts';

type Json = Record<string, unknown>;

/** What Instagram would refuse, by the figures of its documents. */
function refusals({ message }: { message?: Json }): string[] {
  if (!message) return [];
  const found: string[] = [];
  const must = (good: boolean, what: string): void => void (good || found.push(what));
  const within = (name: string, value: unknown, max: number): void => {
    if (value === undefined) return;
    const { length } = String(value);
    must(length > 0 && length <= max, `${name} of ${length}`);
  };
  const pressable = (each: Json): void => {
    within('title', each['title'], 20);
    within('payload', each['payload'], 1000);
    must(
      ['postback', 'web_url', undefined].includes(each['type'] as string | undefined),
      'a button of another kind',
    );
  };
  const { text, quick_replies, attachment, attachments } = message as {
    text?: string;
    quick_replies?: Json[];
    attachment?: { type: string; payload: Json };
    attachments?: { type: string; payload: { url: string } }[];
  };
  if (text !== undefined)
    must(text !== '' && Buffer.byteLength(text) <= 1000, `text of ${Buffer.byteLength(text)} bytes`);
  must((quick_replies?.length ?? 0) <= 13, 'more than 13 quick replies');
  quick_replies?.forEach(pressable);
  must(
    (attachments?.length ?? 0) <= 10 && (attachments ?? []).every(({ type }) => type === 'image'),
    'a list of files',
  );
  if (attachment?.type !== 'template') return found;
  const {
    template_type,
    elements = [],
    buttons = [],
    text: above,
  } = attachment.payload as {
    template_type: string;
    elements?: Json[];
    buttons?: Json[];
    text?: string;
  };
  if (template_type === 'button') {
    within('text above buttons', above, 640);
    must(buttons.length >= 1 && buttons.length <= 3, 'not 1 to 3 buttons');
    buttons.forEach(pressable);
    return found;
  }
  must(elements.length >= 1 && elements.length <= 10, 'not 1 to 10 elements');
  for (const element of elements) {
    within('title', element['title'], 80);
    within('subtitle', element['subtitle'], 80);
    const below = (element['buttons'] ?? []) as Json[];
    must(element['buttons'] === undefined || (below.length >= 1 && below.length <= 3), 'not 1 to 3 buttons');
    below.forEach(pressable);
  }
  return found;
}

it('whatever a merchant sends, adapted to the capabilities, keeps to the limits of Instagram', () =>
  everyPart(connector, (part) => {
    const url = 'https://gateway.test/media/med_1';
    const rendered = render({ part, replyTo: 'm_1', handle: { url }, addressOf: () => url });
    expect([rendered.ok, rendered.ok && rendered.bodies.flatMap(refusals), part]).toEqual([true, [], part]);
  }));
