import type { HookRequest, InboundItem, InboundMessage, InboundSender, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { defined, lineOf, wellFormed } from '../kit/fields.ts';
import { verifyQueryToken } from '../kit/signatures/index.ts';
import type { Verified } from '../kit/signatures/index.ts';
import { addressOf, idOf, recipientOf } from './address.ts';
import type { SignalAccount } from './manifest.ts';
import { notificationSchema } from './wire.ts';
import type { Data, Envelope } from './wire.ts';

/** signal-cli-rest-api signs nothing and sets no header: the secret is in the address that it was given. */
export const verify = (request: HookRequest, { credentials }: SignalAccount): Verified =>
  verifyQueryToken(request, 'token', credentials.hook_token);

export function parse(request: HookRequest, { config }: SignalAccount): Parsed {
  const read = readJsonAs(request.body, notificationSchema);
  if (!read.ok) return read;
  const { account, envelope } = read.value;
  // one webhook gets what comes for every number of that server
  if (account !== undefined && account !== config.number)
    return { ok: true, items: ignored('for another number') };
  return { ok: true, items: itemsOf(envelope, config.number) };
}

const ignored = (reason: string): InboundItem[] => [{ type: 'ignored', reason }];

function itemsOf(envelope: Envelope, ownNumber: string): InboundItem[] {
  if (envelope.syncMessage !== undefined || envelope.sourceNumber === ownNumber) return ignored('own echo');
  const address = addressOf(envelope.sourceUuid) ?? addressOf(envelope.sourceNumber);
  if (address === undefined) return ignored('no sender');
  const sender = senderOf(envelope, address);
  const { receiptMessage: receipt, typingMessage: typing, editMessage: edit, dataMessage: data } = envelope;
  if (receipt) return receipts(receipt);
  if (typing) {
    if (typing.groupId) return ignored('a group');
    const signal = typing.action === 'STARTED' ? 'typing' : 'typing_stopped';
    return [{ type: 'signal', sender: { address }, signal }];
  }
  const inside = edit?.dataMessage ?? data;
  if (!inside) return ignored('unknown event');
  if (inside.groupInfo) return ignored('a group');
  const author = recipientOf(address);
  const found = edit ? editIn(edit, author) : saidIn(inside, author, ownNumber);
  return found.length
    ? found.map((said) => ({ type: 'message', sender, atMs: inside.timestamp, ...said }))
    : ignored('nothing in it that can be carried');
}

/** The account id is the key; the number, where its owner shows it, is an alias here and elsewhere. */
function senderOf({ sourceNumber, sourceName }: Envelope, address: string): InboundSender {
  const number = addressOf(sourceNumber);
  const name = lineOf(sourceName, 256);
  return {
    address,
    ...(number && number !== address ? { aliases: [number, `tel:${recipientOf(number)}`] } : {}),
    ...defined({ name }),
  };
}

function receipts(receipt: NonNullable<Envelope['receiptMessage']>): InboundItem[] {
  const state = receipt.isRead || receipt.isViewed ? 'read' : receipt.isDelivery ? 'delivered' : undefined;
  if (state === undefined) return ignored('unknown event: a receipt of another kind');
  const atMs = receipt.when ?? undefined;
  const items = receipt.timestamps.map((timestamp): InboundItem => ({
    type: 'receipt',
    providerIds: [idOf('own', timestamp)],
    state,
    ...defined({ atMs }),
  }));
  return items.length ? items : ignored('a receipt about no message');
}

type Said = Pick<InboundMessage, 'providerId' | 'content' | 'media' | 'replyTo'>;

function editIn(
  { targetSentTimestamp, dataMessage }: NonNullable<Envelope['editMessage']>,
  author: string,
): Said[] {
  if (!dataMessage.message) return [];
  const target = idOf(author, targetSentTimestamp);
  const content = { kind: 'edit' as const, message_id: '', text: wellFormed(dataMessage.message) };
  return [{ providerId: `${target}:edited:${dataMessage.timestamp}`, content, replyTo: target }];
}

function saidIn(data: Data, author: string, ownNumber: string): Said[] {
  const id = idOf(author, data.timestamp);
  if (data.remoteDelete) {
    const target = idOf(author, data.remoteDelete.timestamp);
    return [{ providerId: id, content: { kind: 'removal', message_id: '' }, replyTo: target }];
  }
  if (data.reaction) {
    const { emoji, isRemove, targetSentTimestamp: at, ...target } = data.reaction;
    const own = target.targetAuthorNumber === ownNumber || target.targetAuthorUuid !== author;
    const content = {
      kind: 'reaction' as const,
      message_id: '',
      emoji: isRemove ? '' : wellFormed(emoji, 64),
    };
    return [{ providerId: id, content, replyTo: idOf(own ? 'own' : author, at) }];
  }
  const quoted = data.quote && idOf(data.quote.authorUuid === author ? author : 'own', data.quote.id);
  const shown = [...files(data), ...contacts(data)];
  const text = wellFormed(data.message ?? '');
  const [first] = shown;
  if (text !== '' && first?.content.kind === 'media') first.content = { ...first.content, caption: text };
  else if (text !== '') shown.unshift({ content: { kind: 'text', text } });
  return shown.map((one, index) => ({
    providerId: index === 0 ? id : `${id}:${index}`,
    ...one,
    ...(quoted ? { replyTo: quoted } : {}),
  }));
}

type Shown = Pick<InboundMessage, 'content' | 'media'>;

const files = ({ attachments, sticker }: Data): Shown[] =>
  (attachments ?? []).map(({ id, contentType, filename }) => {
    const [type] = (contentType ?? '').split('/');
    const known = type === 'image' || type === 'audio' || type === 'video' ? type : 'file';
    const more = defined({ mediaType: contentType ?? undefined, name: lineOf(filename, 240) });
    return {
      content: {
        kind: 'media',
        media: { type: sticker && known === 'image' ? 'sticker' : known, id: 'file' },
      },
      media: { file: { reference: wellFormed(id), ...more } },
    };
  });

function contacts({ contacts: given }: Data): Shown[] {
  const people = (given ?? []).flatMap(({ name, phone }) => {
    const phones = (phone ?? []).flatMap(({ value }) => lineOf(value, 40) ?? []).slice(0, 20);
    const called =
      lineOf([name?.given, name?.family].filter(Boolean).join(' ') || name?.nickname) ?? phones[0];
    return called === undefined ? [] : [{ name: called, ...(phones.length ? { phones } : {}) }];
  });
  return people.length ? [{ content: { kind: 'contact', contacts: people.slice(0, 20) } }] : [];
}
