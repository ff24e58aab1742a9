import { z } from 'zod';
import { defineConnector } from '../../../connectors/contract/index.ts';
import type { Account, CallResult, Connector, Context } from '../../../connectors/contract/index.ts';
import { answerJson } from '../../../connectors/kit/http.ts';
import { kinds } from '../../../protocol/capabilities.ts';
import type { Capabilities } from '../../../protocol/capabilities.ts';
import { failure } from '../../../protocol/failures.ts';
import { messageTemplateSchema } from '../../../protocol/templates.ts';

/**
 * A connector with the optional abilities of the contract, for an aviary (`aviary.ts`) whose tokens are renewed by others that are good
 * once. The tests run it as `passerelle connector run` does any.
 */

const configSchema = z.strictObject({
  url: z.string().describe('Where the aviary answers'),
  perch: z.string().describe('Which of its perches is ours'),
  maps: z.boolean().default(false).describe('It shows places on a map'),
});
const credentialsSchema = z.strictObject({
  access: z.string().describe('Lasts until the next'),
  refresh: z.string().describe('Good once'),
});
type Config = z.infer<typeof configSchema>;
type Credentials = z.infer<typeof credentialsSchema>;
type Lark = Account<Config, Credentials>;

const pairSchema = z.object({ access: z.string(), refresh: z.string() });
const sentSchema = z.object({ id: z.string() });
const personSchema = z.object({ name: z.string().optional() });
const listSchema = z.object({ templates: z.array(messageTemplateSchema) });

const capabilities: Capabilities = {
  outbound: kinds({ text: 'native' }),
  inbound: kinds({ text: 'native' }),
  text: { max: 500, unit: 'codepoints' },
  receipts: ['sent'],
};

interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  json?: object;
}

const call = (
  { config, credentials }: Lark,
  { http, signal }: Context,
  { path, ...request }: Call,
): Promise<CallResult> =>
  http.call({
    ...request,
    url: `${config.url}/${config.perch}${path}`,
    headers: { authorization: `Bearer ${credentials.access}` },
    maxBytes: 8_000_000,
    signal,
  });

const jsonOf = (result: CallResult): unknown => (result.type === 'answer' ? answerJson(result) : undefined);
const statusOf = (result: CallResult): number => (result.type === 'answer' ? result.status : 0);

/** The account with another token in place of one that the aviary takes no more, where that can be kept. */
async function renewed(account: Lark, context: Context): Promise<Lark | undefined> {
  const keep = context.renewal?.(account);
  if (!keep) return undefined;
  const json = { refresh: account.credentials.refresh };
  const pair = pairSchema.safeParse(
    jsonOf(await call(account, context, { method: 'POST', path: '/token', json })),
  );
  if (!pair.success) return undefined;
  await keep(pair.data);
  return { ...account, credentials: pair.data };
}

async function ask(account: Lark, context: Context, of: Call): Promise<CallResult> {
  const result = await call(account, context, of);
  if (statusOf(result) !== 401) return result;
  const other = await renewed(account, context);
  return other ? call(other, context, of) : result;
}

const person = (address: string) => `/people/${address.slice('lark:'.length)}`;

export const connector: Connector = defineConnector<Config, Credentials>({
  manifest: {
    name: 'lark',
    channel: 'lark',
    title: 'Larks',
    schemes: ['lark'],
    capabilities,
    config: configSchema,
    credentials: credentialsSchema,
    renewsCredentials: true,
    tellsExpiry: true,
    rate: { perSecond: 100, concurrency: 10 },
    documents: [],
  },
  address: { normalise: (address) => (/^lark:[a-z0-9-]+$/.test(address) ? address : undefined) },
  capabilitiesFor: ({ kind }, { maps }) =>
    kind === 'location' && maps
      ? { ...capabilities, outbound: { ...capabilities.outbound, location: 'native' } }
      : capabilities,
  withConfiguration: [
    { content: { kind: 'location', latitude: 48.11, longitude: -1.68 }, config: { maps: true } },
  ],
  sender: {
    send: async ({ address, part: { content } }, account, context) => {
      const json = { to: address, kind: content.kind, text: content.text };
      const result = await ask(account, context, { method: 'POST', path: '/songs', json });
      const sent = statusOf(result) === 201 ? sentSchema.safeParse(jsonOf(result)).data : undefined;
      if (sent) return { type: 'sent', providerIds: [sent.id] };
      if (result.type === 'unknown') return { type: 'uncertain', reason: result.reason };
      const code = statusOf(result) === 401 ? 'account_unauthorized' : 'platform_unavailable';
      return { type: 'rejected', failure: failure(code) };
    },
  },
  hook: {
    verify: ({ headers }, { credentials }) =>
      headers['x-aviary'] === credentials.access ? { ok: true } : { ok: false, reason: 'wrong_token' },
    confirm: async ({ path }, account, context) =>
      path !== '/hello' || statusOf(await call(account, context, { method: 'POST', path: '/hello' })) === 200,
    parse: ({ path, body }) => ({
      ok: true,
      items:
        path === '/hello'
          ? []
          : [
              {
                type: 'message',
                providerId: Buffer.from(body).toString('hex').slice(0, 64),
                sender: { address: `lark:${Buffer.from(body).toString()}` },
                content: { kind: 'text', text: 'tirili' },
              },
            ],
    }),
  },
  reach: async (address, account, context) => {
    const status = statusOf(await call(account, context, { method: 'GET', path: person(address) }));
    if (status === 404) return { type: 'no', failure: failure('unreachable', String(status)) };
    return { type: status === 200 ? 'yes' : 'unknown' };
  },
  profile: async (address, account, context) => {
    const result = await call(account, context, { method: 'GET', path: person(address) });
    if (result.type !== 'answer') return { type: 'unknown' };
    const name = personSchema.safeParse(answerJson(result)).data?.name;
    return name === undefined ? { type: 'none' } : { type: 'found', name, language: 'fr' };
  },
  templates: async (account, context) => {
    const result = await call(account, context, { method: 'GET', path: '/templates' });
    const list = listSchema.safeParse(jsonOf(result)).data;
    return list
      ? { type: 'listed', templates: list.templates }
      : { type: 'failed', failure: failure('platform_unavailable') };
  },
  probe: async (account, context) => {
    const result = await ask(account, context, { method: 'GET', path: '/perch' });
    return statusOf(result) === 200
      ? { ok: true, detail: account.config.perch, expiresAtMs: Date.UTC(2030, 0, 1) }
      : { ok: false, detail: 'The aviary does not take the token', fields: ['credentials.access'] };
  },
  setup: async (account, context) => {
    const json = { url: account.hookUrl };
    const result = await ask(account, context, { method: 'PUT', path: '/hook', json });
    return statusOf(result) === 200
      ? { ok: true, detail: 'The aviary sings to us' }
      : { ok: false, detail: 'The aviary does not answer' };
  },
  teardown: async (account, context) => {
    const result = await ask(account, context, { method: 'DELETE', path: '/hook' });
    return statusOf(result) === 200 ? { ok: true } : { ok: false, detail: 'The aviary does not answer' };
  },
});
