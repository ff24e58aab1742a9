import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyContent } from '../../protocol/adapt/arbitraries.ts';
import type { Content } from '../../protocol/content.ts';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { sendRequest } from '../../test/conformance/sending.ts';
import type { OutboundMedia, Part } from '../contract/index.ts';
import { everyPart } from '../kit/adapted.testing.ts';
import { connector } from './index.ts';
import { spec } from './viber.conformance.ts';

type Json = Record<string, unknown>;
interface Layout {
  ButtonsGroupColumns: number;
  ButtonsGroupRows: number;
  Buttons: Json[];
}

const lengthOf = (value: unknown): number => String(value).length;

/** What Viber would refuse, by the figures of the REST Bot API. */
function refusals(message: Json): string[] {
  const found: string[] = [];
  const must = (good: boolean, what: string): void => void (good || found.push(what));
  const { type, text, media, sender, contact, keyboard, rich_media } = message;
  must(Buffer.byteLength(JSON.stringify(message)) <= 30_000, 'a request over 30 kB');
  must(lengthOf((sender as Json)['name']) <= 28, 'a sender over 28');
  if (type === 'text') must(lengthOf(text) > 0 && lengthOf(text) <= 7000, `text of ${lengthOf(text)}`);
  if (type === 'picture') must(text !== undefined && lengthOf(text) <= 768, `caption of ${lengthOf(text)}`);
  if (type === 'picture')
    must(/^[^?]*\.(jpe?g|png|gif)(\?|$)/.test(String(media)), 'a picture without extension');
  if (type === 'video' || type === 'file')
    must(typeof message['size'] === 'number', `${String(type)} without size`);
  if (type === 'video') must(/^[^?]*\.mp4(\?|$)/.test(String(media)), 'a film without extension');
  if (type === 'file') must(/^.{1,248}\.\w{1,8}$/u.test(String(message['file_name'])), 'a bad file name');
  if (media !== undefined) must(lengthOf(media) <= 2000, 'an address over 2000');
  if (contact) must(lengthOf((contact as Json)['name']) <= 28, 'a contact over 28');
  for (const layout of [keyboard, rich_media] as (Layout | undefined)[])
    for (const button of layout?.Buttons ?? []) {
      must(lengthOf(button['Text'] ?? '') <= 250, `button of ${lengthOf(button['Text'])}`);
      must(lengthOf(button['ActionBody']) > 0, 'a button that does nothing');
      must(Boolean(button['Text'] ?? button['Image']), 'an empty button');
      must([1, 2, 3, 4, 5, 6].includes(Number(button['Columns'])), 'columns');
      must(!/<(?!\/?b>|br>)/.test(String(button['Text'] ?? '')), 'markup of the merchant’s');
    }
  if (keyboard) must((keyboard as Layout).Buttons.length <= 24, 'more than 24 keys');
  if (rich_media) {
    const { ButtonsGroupRows: rows, Buttons } = rich_media as Layout;
    const taken = Buttons.reduce((sum, button) => sum + Number(button['Rows']), 0);
    must(
      rows <= 7 && Buttons.every(({ Rows }) => Number(Rows) >= 1 && Number(Rows) <= rows),
      `rows of ${rows}`,
    );
    must(taken % rows === 0, 'a card that is not as high as the others');
  }
  return found;
}

const held = (bytes: number, mediaType: string): OutboundMedia => ({
  url: 'https://gateway.test/media/med?exp=1&sig=x',
  mediaType,
  bytes,
  read: () => Promise.resolve(new Uint8Array()),
});
const mediaTypes = {
  image: 'image/png',
  sticker: 'image/png',
  video: 'video/mp4',
  audio: 'audio/ogg',
  file: 'application/pdf',
};

it('whatever a merchant sends, adapted to the capabilities, keeps to the limits of Viber', async () => {
  const captioned = fc.integer({ min: 700, max: 1000 }).map((size): Content => ({
    kind: 'media',
    media: { type: 'image', id: 'med_1' },
    caption: 'é'.repeat(size),
  }));
  const contents = fc.oneof(
    { weight: 9, arbitrary: anyContent.filter(({ kind }) => kind !== 'native') },
    { weight: 1, arbitrary: captioned },
  );
  const check = async (part: Part) => {
    const { context, requests } = recording(answered(spec.answers!.ok));
    const type = part.content.kind === 'media' ? part.content.media.type : 'image';
    const media = new Map([1, 2, 3].map((n) => [`med_${n}`, held(n * 200_000, mediaTypes[type])]));
    const request = { ...sendRequest(spec, part.content), part, media };
    const { type: ended } = await connector.sender!.send(request, spec.account, context);
    const broken = requests.flatMap(({ json }) => refusals(json as Json));
    expect([ended, broken, part]).toEqual(['sent', [], part]);
  };
  await everyPart(connector, check, { contents });
});
