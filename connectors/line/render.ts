import type { Card, Content, ContentOf, Media } from '../../protocol/content.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import type { Part } from '../contract/index.ts';
import { pressableCards, pressableOptions } from '../kit/pressable.ts';
import type { Pressable, PressableAction } from '../kit/pressable.ts';
import { shorten } from '../kit/text.ts';
import { limits } from './manifest.ts';
import { dataOf } from './pressed.ts';

export type Message = Record<string, unknown>;
/** The messages that a part becomes, or why it can't be sent. */
export type Rendered = { ok: true; messages: Message[] } | { ok: false; code: FailureCode };

export interface Rendering {
  part: Part;
  /** The address from which LINE's apps fetch a file. */
  addressOf: (media: Media) => string | undefined;
  /** Address of the picture that stands for a film until it plays. */
  previewUrl: string;
  /** How long the sound of the part is, where that could be read. */
  durationMs?: number | undefined;
}

const ok = (...messages: Message[]): Rendered => ({ ok: true, messages });
const text = (said: string): Message => ({ type: 'text', text: said });

export function render(rendering: Rendering): Rendered {
  const { content, payloads = [] } = rendering.part;
  switch (content.kind) {
    case 'text':
      return ok(text(content.text));
    case 'media':
      return media(content, rendering);
    case 'location':
      return ok(location(content));
    case 'choice':
      return ok(choice(content, payloads));
    case 'card':
      return ok(...flex(content, bubbles([content.card], payloads, rendering)));
    case 'carousel':
      return ok(
        ...(content.text ? [text(content.text)] : []),
        ...flex(content, bubbles(content.cards, payloads, rendering)),
      );
    case 'native': {
      const { messages } = content.payload;
      const given: Message[] = Array.isArray(messages) ? messages : [content.payload];
      if (given.length === 0) return { ok: false, code: 'content_refused' };
      return given.length <= limits.messages ? ok(...given) : { ok: false, code: 'content_too_large' };
    }
    default:
      return { ok: false, code: 'content_unsupported' };
  }
}

function media({ media: item, caption }: ContentOf<'media'>, rendering: Rendering): Rendered {
  const url = rendering.addressOf(item);
  if (!url || url.length > limits.mediaUrl) return { ok: false, code: 'media_unavailable' };
  const below = caption ? [text(caption)] : [];
  const { previewUrl, durationMs: duration } = rendering;
  if (item.type === 'image')
    return ok({ type: 'image', originalContentUrl: url, previewImageUrl: url }, ...below);
  if (item.type === 'video')
    return ok({ type: 'video', originalContentUrl: url, previewImageUrl: previewUrl }, ...below);
  if (item.type === 'audio' && duration !== undefined)
    return ok({ type: 'audio', originalContentUrl: url, duration }, ...below);
  // no message of LINE's holds it: its address does
  return ok(text([item.name, url].filter(Boolean).join('\n')), ...below);
}

/** LINE wants a title and an address, and both not empty. */
function location({ name, address, latitude, longitude }: ContentOf<'location'>): Message {
  const where = `${latitude}, ${longitude}`;
  const shown = (line: string | undefined) => shorten(line?.trim() || where, limits.place);
  return {
    type: 'location',
    title: shown(name || address),
    address: shown(address || name),
    latitude,
    longitude,
  };
}

function choice(content: ContentOf<'choice'>, payloads: string[]): Message {
  const actions = pressableOptions(content.options, payloads).map(postback);
  if (actions.length <= limits.lastingButtons) {
    const lasting = bubble({ body: [{ type: 'text', text: content.text, wrap: true }], actions });
    if (size(lasting) <= limits.bubbleBytes) return flexMessage(content, lasting);
  }
  return {
    ...text(content.text),
    quickReply: { items: actions.map((action) => ({ type: 'action', action })) },
  };
}

function postback({ title, payload }: Pressable) {
  const label = shorten(title, limits.label);
  return {
    type: 'postback',
    label,
    data: dataOf(payload, label),
    displayText: label.slice(0, limits.data).toWellFormed(),
  };
}

/** A place of its own for every card. */
function bubbles(cards: Card[], payloads: string[], { addressOf }: Rendering): Message[] {
  return pressableCards(cards, payloads).map(({ title, subtitle, image, actions }) => {
    const pressed = actions.map(button);
    const spelled = pressed.filter((each) => typeof each === 'string');
    const lines = [subtitle, ...spelled].filter((line) => line !== undefined && line !== '');
    const url = image && addressOf(image);
    return bubble({
      hero: url && url.length <= limits.mediaUrl ? url : undefined,
      body: [
        { type: 'text', text: title, weight: 'bold', size: 'lg', wrap: true },
        ...lines.map((line) => ({ type: 'text', text: line, wrap: true })),
      ],
      actions: pressed.filter((each) => typeof each !== 'string'),
    });
  });
}

/** An address too long for a button stands in the card's text. */
function button(action: PressableAction): Message | string {
  if (action.type === 'reply') return postback(action);
  const uri = action.type === 'url' ? action.url : `tel:${action.phone}`;
  if (uri.length > limits.uri) return `${action.title}: ${uri}`;
  return { type: 'uri', label: shorten(action.title, limits.label), uri };
}

const box = (contents: Message[]): Message => ({ type: 'box', layout: 'vertical', spacing: 'sm', contents });

function bubble({
  hero,
  body,
  actions,
}: {
  hero?: string | undefined;
  body: Message[];
  actions: Message[];
}): Message {
  return {
    type: 'bubble',
    ...(hero
      ? { hero: { type: 'image', url: hero, size: 'full', aspectRatio: '20:13', aspectMode: 'cover' } }
      : {}),
    body: box(body),
    ...(actions.length
      ? { footer: box(actions.map((action) => ({ type: 'button', style: 'link', height: 'sm', action }))) }
      : {}),
  };
}

const size = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const flexMessage = (content: Content, contents: Message): Message => ({
  type: 'flex',
  altText: shorten(standaloneText(content), limits.altText),
  contents,
});

/** One bubble, or a carousel of them; as many carousels as their size takes. */
function flex(content: Content, list: Message[]): Message[] {
  const contents = list.length === 1 ? list[0]! : { type: 'carousel', contents: list };
  if (list.length === 1 || size(contents) <= limits.flexBytes) return [flexMessage(content, contents)];
  const half = Math.ceil(list.length / 2);
  return [...flex(content, list.slice(0, half)), ...flex(content, list.slice(half))];
}
