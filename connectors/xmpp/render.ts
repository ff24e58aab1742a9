import type { FailureCode } from '../../protocol/failures.ts';
import type { OutboundMedia, SendRequest } from '../contract/index.ts';
import { jidOf, targetOf } from './address.ts';
import type { XmppConfig } from './manifest.ts';
import { addressOf } from './media.ts';
import { ns, text, write } from './stanza.ts';

/** One stanza. `id`: it is a message with that id; without one it is a signal, of which nothing is heard again. */
export type Rendered = { ok: true; stanza: string; id?: string } | { ok: false; code: FailureCode };

/** What speaks for the account: presence and messages come from a full JID. */
export const voiceOf = ({ address }: Pick<XmppConfig, 'address'>): string => `${address}/gateway`;

const store = write('store', { xmlns: ns.hints });
const body = (words: string): string => write('body', {}, text(words));

/** What a message carries beside its content: a receipt and a read mark are asked for. */
const asked = (id: string): string =>
  [
    write('active', { xmlns: ns.states }),
    write('request', { xmlns: ns.receipts }),
    write('markable', { xmlns: ns.markers }),
    write('origin-id', { xmlns: ns.originId, id }),
  ].join('');

/** A request as a stanza. Pure: the id is the attempt's key, so that what is sent again has the same. */
export function render(request: SendRequest, config: XmppConfig): Rendered {
  const { content } = request.part;
  const id = request.idempotencyKey;
  const target = targetOf(request.replyTo);
  const ours = target !== undefined && target.author === undefined;
  const about = (children: string): Rendered => message(children);
  const message = (children: string): Rendered => ({ ok: true, id, stanza: envelope(id, children) });
  const signal = (children: string): Rendered => ({ ok: true, stanza: envelope(`${id}-signal`, children) });
  const envelope = (of: string, children: string): string =>
    write('message', { from: voiceOf(config), to: jidOf(request.address), id: of, type: 'chat' }, children);
  const none: Rendered = { ok: false, code: 'content_refused' };
  const reply =
    target === undefined
      ? ''
      : write('reply', { xmlns: ns.reply, to: target.author ?? config.address, id: target.id });
  switch (content.kind) {
    case 'text':
      return message(body(content.text) + reply + asked(id));
    case 'media': {
      const file = content.media.id === undefined ? undefined : request.media.get(content.media.id);
      return file
        ? message(shown(file, content.media.alt) + reply + asked(id))
        : { ok: false, code: 'media_unavailable' };
    }
    case 'edit':
      return ours
        ? message(body(content.text) + write('replace', { xmlns: ns.correct, id: target.id }) + asked(id))
        : none;
    case 'removal':
      return ours ? about(retraction(target.id)) : none;
    case 'reaction': {
      if (!target) return none;
      const emoji = content.emoji === '' ? '' : write('reaction', {}, text(content.emoji));
      return about(write('reactions', { xmlns: ns.reactions, id: target.id }, emoji) + store);
    }
    case 'typing':
      return signal(write(content.on === false ? 'paused' : 'composing', { xmlns: ns.states }));
    case 'read':
      return target ? signal(write('displayed', { xmlns: ns.markers, id: target.id }) + store) : none;
    default:
      return { ok: false, code: 'content_unsupported' };
  }
}

/** The words are for clients that don't know the retraction; the others don't show them. */
const retraction = (id: string): string =>
  write('retract', { xmlns: ns.retract, id }) +
  write('fallback', { xmlns: ns.fallback, for: ns.retract }) +
  body('/me retracted a previous message, which this app cannot take back.') +
  store;

/** The address alone as the body, or clients show a link and no picture. */
function shown(file: OutboundMedia, alt: string | undefined): string {
  const url = addressOf(file);
  const told = [
    write('media-type', {}, text(file.mediaType)),
    ...(file.name ? [write('name', {}, text(file.name))] : []),
    write('size', {}, String(file.bytes)),
    ...(alt ? [write('desc', {}, text(alt))] : []),
  ];
  return [
    body(url),
    write('x', { xmlns: ns.oob }, write('url', {}, text(url))),
    write(
      'file-sharing',
      { xmlns: ns.sharing, disposition: 'inline' },
      write('file', { xmlns: ns.file }, ...told),
      write('sources', {}, write('url-data', { xmlns: ns.urlData, target: url })),
    ),
    write('fallback', { xmlns: ns.fallback, for: ns.sharing }, write('body')),
  ].join('');
}
