import { createHash } from 'node:crypto';
import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../../contract/index.ts';
import { readJson } from '../body.ts';
import { readForm } from '../form.ts';
import { telAddress } from '../phone.ts';
import { readXml } from '../xml.ts';
import type { Dialect, Event, ReceiveDialect } from './dialect.ts';
import { mediaContents, mediaIn } from './media.ts';
import { codeAt, failureOf } from './outcome.ts';
import { holds, textAt, valuesAt } from './path.ts';
import { timeAt } from './time.ts';

/** Who the account is, as far as reading needs it. */
export interface Reader {
  country?: string | undefined;
  /** The account's own sender: what it wrote itself is an echo. */
  sender?: string | undefined;
}

/** What an aggregator's call says, by a dialect. Pure. */
export function receiveSms(dialect: Dialect, request: HookRequest, reader: Reader): Parsed {
  const { receive } = dialect;
  const read = valueOf(receive, request);
  if (!read.ok) return read;
  const value = receive.embedded === undefined ? read.value : unwrapped(read.value, receive.embedded);
  const events =
    receive.each === undefined ? [value] : [receive.each].flat().flatMap((path) => valuesAt(value, path));
  const items = events.flatMap((event) => itemsOf(event, dialect, reader));
  const { answer } = receive;
  return {
    ok: true,
    items: items.length > 0 ? items : [ignored('nothing in it')],
    ...(answer
      ? {
          response: {
            status: answer.status,
            ...(answer.type ? { headers: { 'content-type': answer.type } } : {}),
            body: answer.body,
          },
        }
      : {}),
  };
}

type Read = { ok: true; value: unknown } | Extract<Parsed, { ok: false }>;

function valueOf({ format, charset }: ReceiveDialect, request: HookRequest): Read {
  if (format === 'json') return readJson(request.body);
  if (format === 'xml') return readXml(request.body);
  if (format === 'form') return readForm(request.body, charset);
  const at = request.url.indexOf('?');
  const query = readForm(at < 0 ? '' : request.url.slice(at + 1), charset);
  if (format === 'query' || !query.ok) return query;
  const form = readForm(request.body, charset);
  return form.ok ? { ok: true, value: { ...query.value, ...form.value } } : form;
}

/** What stands as JSON in a text, in its place; anything else stays as it is. */
function unwrapped(value: unknown, member: string): unknown {
  const text = typeof value === 'object' && value !== null && textAt(value, member);
  const inner = text ? readJson(Buffer.from(text)) : undefined;
  return inner?.ok ? { ...(value as object), [member]: inner.value } : value;
}

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });

function itemsOf(value: unknown, dialect: Dialect, reader: Reader): InboundItem[] {
  const event = dialect.receive.events.find(({ when }) =>
    when.every((one) => holds(value, typeof one === 'string' ? { path: one } : one) === true),
  );
  if (!event) return [ignored('unknown event')];
  if (event.type === 'ignored') return [ignored(event.reason)];
  if (event.type === 'receipt') return [receiptOf(value, event, dialect)];
  return messagesOf(value, event, { ...reader, international: dialect.receive.international });
}

function receiptOf(
  value: unknown,
  event: Extract<Event, { type: 'receipt' }>,
  dialect: Dialect,
): InboundItem {
  const providerIds = [...new Set(event.ids.flatMap((path) => textAt(value, path) ?? []))].filter(
    (id) => id.length <= 1024,
  );
  const word = textAt(value, event.state) ?? '';
  const state = event.states[Object.hasOwn(event.states, word) ? word : '*'];
  if (providerIds.length === 0) return ignored('a receipt without an id');
  if (state === undefined || state === 'ignored') return ignored(`state ${word.slice(0, 64)}`);
  const atMs = event.at && timeAt(value, event.at);
  const time = atMs === undefined ? {} : { atMs };
  if (state === 'sent' || state === 'delivered' || state === 'read')
    return { type: 'receipt', providerIds, state, ...time };
  const failed = failureOf(dialect, state, codeAt(value, event.codes, dialect.codes));
  return { type: 'receipt', providerIds, state: 'failed', failure: failed, ...time };
}

function messagesOf(
  value: unknown,
  event: Extract<Event, { type: 'message' }>,
  reader: Reader & { international: boolean },
): InboundItem[] {
  const from = textAt(value, event.from);
  const address = from === undefined ? undefined : telAddress(from.slice(0, 200), reader);
  if (address === undefined) return [ignored('no sender')];
  if (reader.sender && address === telAddress(reader.sender, reader)) return [ignored('own echo')];
  const text = textOf(textAt(value, event.text) ?? '', event.text_as);
  const media = event.media ? mediaIn(value, event.media) : [];
  if (text === '' && media.length === 0) return [ignored('nothing said')];
  const atMs = event.at && timeAt(value, event.at);
  const given = textAt(value, ...event.id);
  const id = given !== undefined && given.length <= 1000 ? given : hashOf([address, atMs, text, media]);
  return contents(text, media).map((content, index): InboundMessage => ({
    type: 'message',
    providerId: index === 0 ? id : `${id}.${index}`,
    sender: { address },
    ...content,
    ...(atMs === undefined ? {} : { atMs }),
  }));
}

/** At most 65,536 characters. */
function textOf(given: string, as: 'text' | 'utf16_hex'): string {
  if (as === 'text') return given.slice(0, 65_536).toWellFormed();
  const bytes = /^(?:[0-9a-f]{4})*$/i.test(given) ? Buffer.from(given.slice(0, 262_144), 'hex') : Buffer.of();
  return bytes.swap16().toString('utf16le').toWellFormed();
}

const contents = (
  text: string,
  media: ReturnType<typeof mediaIn>,
): Pick<InboundMessage, 'content' | 'media'>[] =>
  media.length === 0 ? [{ content: { kind: 'text', text } }] : mediaContents(text, media);

/** An id for messages to which the aggregator gives none: the same message comes out the same however often it is repeated. */
const hashOf = (parts: unknown): string =>
  `sha256.${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)}`;
