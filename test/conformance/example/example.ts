import { z } from 'zod';
import { defineConnector } from '../../../connectors/contract/index.ts';
import type { Context, Parsed, SendOutcome, SendRequest } from '../../../connectors/contract/index.ts';
import { readJsonAs } from '../../../connectors/kit/body.ts';
import { answerJson, retryAfterMs } from '../../../connectors/kit/http.ts';
import { hmacMatches } from '../../../connectors/kit/signature.ts';
import { kinds } from '../../../protocol/capabilities.ts';
import { textContentSchema } from '../../../protocol/content.ts';
import { failure } from '../../../protocol/failures.ts';

const config = z.strictObject({ baseUrl: z.url().describe('Where the platform is') });
const credentials = z.strictObject({
  secret: z.string().describe('Signs what comes in'),
  token: z.string().describe('Allows to send'),
});
type Config = z.infer<typeof config>;
type Credentials = z.infer<typeof credentials>;

const id = z.string().min(1).max(100);
const at = z.number().int().nonnegative().max(8_640_000_000_000);
const eventSchema = z.discriminatedUnion('event', [
  z.looseObject({
    event: z.literal('message'),
    id,
    from: z.string().regex(/^\d{1,20}$/),
    text: textContentSchema.shape.text,
    at,
  }),
  z.looseObject({ event: z.literal('receipt'), id, state: z.enum(['sent', 'delivered', 'read']), at }),
]);
const anySchema = z.looseObject({ event: z.string() });
const answerSchema = z.looseObject({ id });

function parse(body: Uint8Array): Parsed {
  const any = readJsonAs(body, anySchema);
  if (!any.ok) return any;
  if (any.value.event !== 'message' && any.value.event !== 'receipt')
    return { ok: true, items: [{ type: 'ignored', reason: 'unknown event' }] };
  const read = readJsonAs(body, eventSchema);
  if (!read.ok) return read;
  const event = read.value;
  if (event.event === 'receipt')
    return {
      ok: true,
      items: [{ type: 'receipt', providerIds: [event.id], state: event.state, atMs: event.at * 1000 }],
    };
  return {
    ok: true,
    items: [
      {
        type: 'message',
        providerId: event.id,
        sender: { address: `example:${event.from}` },
        content: { kind: 'text', text: event.text },
        atMs: event.at * 1000,
      },
    ],
  };
}

const codes = { 401: 'account_unauthorized', 404: 'address_invalid' } as const;

async function send(
  request: SendRequest,
  account: { config: Config; credentials: Credentials },
  context: Context,
): Promise<SendOutcome> {
  const result = await context.http.call({
    method: 'POST',
    url: `${account.config.baseUrl}/messages`,
    headers: { authorization: `Bearer ${account.credentials.token}` },
    json: { to: request.address.slice('example:'.length), text: request.part.content.text },
    signal: context.signal,
  });
  if (result.type === 'unknown') return { type: 'uncertain', reason: result.reason };
  if (result.type === 'unsent') return { type: 'rejected', failure: failure('platform_unavailable') };
  if (result.status === 429) {
    const waitMs = retryAfterMs(result.headers['retry-after'], context.now());
    return { type: 'throttled', ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) };
  }
  if (result.status >= 500)
    return { type: 'rejected', failure: failure('platform_unavailable', result.status) };
  if (result.status >= 300)
    return {
      type: 'rejected',
      failure: failure(codes[result.status as keyof typeof codes] ?? 'platform_refused', result.status),
    };
  const answer = answerSchema.safeParse(answerJson(result));
  return answer.success
    ? { type: 'sent', providerIds: [answer.data.id] }
    : { type: 'uncertain', reason: 'unreadable answer' };
}

export const connector = defineConnector<Config, Credentials>({
  manifest: {
    name: 'example',
    channel: 'example',
    title: 'Example',
    schemes: ['example'],
    capabilities: {
      outbound: kinds({ text: 'native' }),
      inbound: kinds({ text: 'native' }, 'refused'),
      text: { max: 1000, unit: 'codepoints' },
      receipts: ['sent', 'delivered', 'read'],
    },
    config,
    credentials,
    rate: { perSecond: 10, concurrency: 4 },
    documents: [{ title: 'The example platform', url: 'https://platform.test/docs', version: '1' }],
  },
  address: {
    normalise: (address) => {
      const digits = /^example: ?0*(\d{1,20})$/.exec(address)?.[1];
      return digits === undefined ? undefined : `example:${digits}`;
    },
  },
  hook: {
    verify: (request, account, nowMs) => {
      const timestamp = request.headers['x-timestamp'] ?? '';
      const signed = hmacMatches({
        algorithm: 'sha256',
        secret: account.credentials.secret,
        data: Buffer.concat([Buffer.from(`${timestamp}.`), request.body]),
        given: request.headers['x-signature'],
        encoding: 'hex',
      });
      if (!signed) return { ok: false, reason: 'wrong signature' };
      return Math.abs(nowMs - Number(timestamp) * 1000) <= 300_000
        ? { ok: true }
        : { ok: false, reason: 'stale' };
    },
    parse: (request) => parse(request.body),
  },
  sender: { send },
});
