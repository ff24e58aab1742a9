import { failure } from '../../protocol/failures.ts';
import type { HookRequest, HookResponse, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { defined, lineOf, timeMs } from '../kit/fields.ts';
import { readXml } from '../kit/xml.ts';
import { normalise } from './address.ts';
import { knowsToken, opened } from './envelope.ts';
import type { WechatAccount } from './manifest.ts';
import { pushSchema } from './wire.ts';
import type { Push } from './wire.ts';

const plain = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };

/** Saving the server configuration: `echostr` comes back to who knows the token. It is never encrypted. */
export function handshake(request: HookRequest, { credentials }: WechatAccount): HookResponse | undefined {
  if (request.method !== 'GET') return undefined;
  const echo = request.query.get('echostr') ?? '';
  if (!knowsToken(request, credentials.token)) return { status: 403, headers: plain, body: 'wrong token' };
  return /^[\w.~-]{1,256}$/.test(echo)
    ? { status: 200, headers: plain, body: echo }
    : { status: 400, headers: plain, body: 'unusable echostr' };
}

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });

export function parse(request: HookRequest, account: WechatAccount): Parsed {
  const body = opened(request, account);
  if (!body)
    return { ok: false, status: 422, detail: 'The body is not encrypted with the key of the account.' };
  const xml = readXml(body);
  if (!xml.ok) return xml;
  const push = pushSchema.safeParse(xml.value);
  if (!push.success)
    return { ok: false, status: 422, detail: 'The XML is no message and no event of WeChat.' };
  const item = itemOf(push.data.xml);
  return { ok: true, items: [item], response: { status: 200, headers: plain, body: 'success' } };
}

type Said = Pick<InboundMessage, 'content'> & Partial<InboundMessage>;

function itemOf(push: Push): InboundItem {
  if (push.MsgType === 'event') return eventOf(push);
  const said = saidIn(push);
  if (!said) return ignored('a message of an unknown kind');
  return push.MsgId
    ? itemWith(push, { providerId: push.MsgId, ...said })
    : ignored('a message without an id');
}

function itemWith(push: Push, said: Said): InboundItem {
  const address = normalise(`wechat:${push.FromUserName}`);
  if (!address) return ignored('no sender');
  // events have no id: who and when is what WeChat itself would have them told apart by
  const providerId = `${push.FromUserName}.${push.CreateTime}.${lineOf(push.Event, 64) ?? ''}`;
  return {
    type: 'message',
    providerId,
    sender: { address },
    ...defined({ atMs: timeMs(push.CreateTime, 1000) }),
    ...said,
  };
}

const mediaTypes = { image: 'image', voice: 'audio', video: 'video', shortvideo: 'video' } as const;

function saidIn(push: Push): Said | undefined {
  const { MsgType: type, MediaId, Location_X: latitude, Location_Y: longitude } = push;
  if (type === 'text') {
    const text = lineOf(push.Content, 65_536);
    // a line of a menu that was pressed: its words as the text, its id beside it
    return text
      ? { content: { kind: 'text', text }, ...defined({ payload: lineOf(push.bizmsgmenuid, 4096) }) }
      : undefined;
  }
  if (Object.hasOwn(mediaTypes, type) && MediaId) {
    // what WeChat's own speech recognition made of it, where the account has that switched on
    const alt = lineOf(push.Recognition);
    const media = { type: mediaTypes[type as keyof typeof mediaTypes], id: 'media', ...defined({ alt }) };
    return { content: { kind: 'media', media }, media: { media: { reference: MediaId.toWellFormed() } } };
  }
  if (type === 'location' && latitude !== undefined && longitude !== undefined)
    return {
      content: { kind: 'location', latitude, longitude, ...defined({ address: lineOf(push.Label) }) },
    };
  if (type !== 'link') return undefined;
  const lines = [push.Title, push.Description, push.Url].flatMap((line) => lineOf(line, 4096) ?? []);
  return lines.length ? { content: { kind: 'text', text: lines.join('\n') } } : undefined;
}

const native = (payload: Record<string, unknown>, text: string): Said => ({
  content: { kind: 'native', connector: 'wechat', payload, text },
  automatic: true,
});

function eventOf(push: Push): InboundItem {
  const key = lineOf(push.EventKey, 4096);
  switch (push.Event?.toLowerCase()) {
    case 'subscribe':
      return itemWith(push, {
        ...native({ type: 'subscribe' }, 'Followed the account'),
        consent: { state: 'opted_in', statement: 'subscribe' },
        ...scanned(key?.startsWith('qrscene_') ? key.slice('qrscene_'.length) : undefined),
      });
    case 'unsubscribe':
      return itemWith(push, {
        ...native({ type: 'unsubscribe' }, 'Unfollowed the account'),
        consent: { state: 'opted_out', statement: 'unsubscribe' },
      });
    case 'scan':
      return itemWith(push, {
        ...native({ type: 'scan' }, 'Scanned a QR code of the account'),
        ...scanned(key),
      });
    case 'click':
      return key
        ? itemWith(push, { content: { kind: 'text', text: key }, payload: key })
        : ignored('a click on nothing');
    case 'scancode_waitmsg': {
      const text = lineOf(push.ScanCodeInfo?.ScanResult, 65_536);
      return text
        ? itemWith(push, { content: { kind: 'text', text }, ...defined({ payload: key }) })
        : ignored('a scan of nothing');
    }
    case 'subscribe_msg_popup_event':
    case 'subscribe_msg_change_event':
      return notices(push);
    case 'templatesendjobfinish':
      return receipt(push);
    default:
      return ignored('an event that says nothing to a merchant');
  }
}

const scanned = (scene: string | undefined): Partial<InboundMessage> =>
  scene ? { referral: { source: 'qr', ref: scene } } : {};

/** Which subscription notices the consumer allowed or refused: of single templates, so no consent of the account as a whole. */
function notices(push: Push): InboundItem {
  const list = (push.SubscribeMsgPopupEvent ?? push.SubscribeMsgChangeEvent)?.List ?? [];
  const of = (state: string) =>
    list.flatMap((each) =>
      each.SubscribeStatusString === state ? (lineOf(each.TemplateId, 128) ?? []) : [],
    );
  const payload = { type: 'notices', accepted: of('accept'), rejected: of('reject') };
  return itemWith(push, native(payload, 'Chose which notices to get'));
}

/** The end of a template message: `success`, `failed:user block`, `failed: system failed`. */
function receipt({ MsgID: id, Status = '', FromUserName, CreateTime }: Push): InboundItem {
  if (!id) return ignored('a receipt of no message');
  const status = lineOf(Status.replaceAll(' ', '').toLowerCase(), 128);
  const about = {
    type: 'receipt' as const,
    providerIds: [id.toWellFormed()],
    ...defined({ address: normalise(`wechat:${FromUserName}`), atMs: timeMs(CreateTime, 1000) }),
  };
  if (status === 'success') return { ...about, state: 'delivered' };
  const code = status === 'failed:userblock' ? 'opted_out' : 'undelivered';
  return { ...about, state: 'failed', failure: failure(code, status) };
}
