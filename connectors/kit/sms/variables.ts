import type { SendRequest } from '../../contract/index.ts';
import { telNumber } from '../phone.ts';
import { smsSegments } from '../text.ts';
import { uuidOf } from '../uuid.ts';
import type { Dialect } from './dialect.ts';
import type { Lookup, MessageName } from './template.ts';

/** The account as templates see it. */
export interface TemplateAccount {
  readonly config: unknown;
  readonly credentials: unknown;
  readonly hookUrl: string;
}

type Scalar = string | number | boolean;

/** A member of a setting, if it is a plain value. */
function settingOf(settings: unknown, name: string): Scalar | undefined {
  if (typeof settings !== 'object' || settings === null || !Object.hasOwn(settings, name)) return undefined;
  const value = (settings as Record<string, unknown>)[name];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
}

/** Looks up `config.…` and `secret.…`. */
export const accountLookup =
  ({ config, credentials }: Omit<TemplateAccount, 'hookUrl'>): Lookup =>
  (name) => {
    if (name.startsWith('config.')) return settingOf(config, name.slice(7));
    return name.startsWith('secret.') ? settingOf(credentials, name.slice(7)) : undefined;
  };

/** One message as templates see it. `undefined`: there is nobody to send to. */
export function messageLookup(
  request: SendRequest,
  account: TemplateAccount,
  { send, nowMs }: { send: Dialect['send']; nowMs: number },
): Lookup | undefined {
  const to = telNumber(request.address);
  if (to === undefined) return undefined;
  const { content } = request.part;
  const text = content.kind === 'media' ? (content.caption ?? '') : (content.text ?? '');
  const media = content.kind === 'media' ? request.media.get(content.media.id ?? '') : undefined;
  const sender = settingOf(account.config, 'sender');
  const from = sender === undefined || sender === '' ? undefined : String(sender);
  const { encoding, segments } = smsSegments(text);
  const seconds = validity(request.validForSeconds, send.max_valid_for_seconds);
  const values: Record<MessageName, () => Scalar | undefined> = {
    to: () => to,
    'to.digits': () => digitsOf(to),
    from: () => from,
    'from.digits': () => from && digitsOf(from),
    text: () => text,
    'text.hex': () => utf16Hex(text),
    // one or the other, for platforms that want each alphabet in a field of its own
    'text.gsm7': () => (encoding === 'gsm7' ? text : undefined),
    'text.ucs2': () => (encoding === 'gsm7' ? undefined : utf16Hex(text)),
    id: () => request.idempotencyKey,
    'id.uuid': () => uuidOf(request.idempotencyKey),
    hook: () => account.hookUrl,
    media_url: () => media?.url,
    valid_for_seconds: () => seconds,
    valid_for_minutes: () => seconds && Math.max(1, Math.floor(seconds / 60)),
    valid_until: () => seconds && new Date(nowMs + seconds * 1000).toISOString(),
    encoding: () => send.encoding?.[encoding] ?? encoding,
    segments: () => segments,
  };
  const settings = accountLookup(account);
  return (name) => (Object.hasOwn(values, name) ? values[name as MessageName]() : settings(name));
}

const validity = (seconds: number | undefined, maxSeconds = seconds): number | undefined =>
  seconds && Math.max(1, Math.min(seconds, maxSeconds ?? seconds));

const utf16Hex = (text: string): string =>
  Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();

/** Without the plus of a number; a sender's name stays as it is. */
const digitsOf = (number: string): string => (/^\+\d+$/.test(number) ? number.slice(1) : number);
