import type { z } from 'zod';
import { kinds } from '../capabilities.ts';
import type { Capabilities } from '../capabilities.ts';
import { capabilitiesToWire, heartbeatMs } from '../connector-wire/index.ts';
import type { WireOperationName, wireOperations } from '../connector-wire/index.ts';
import { contentExamples, messageId } from './content.ts';
import { ids } from './events.ts';

type Operations = typeof wireOperations;

const instance = 'pager-7f3a9c21';
const address = 'pager:4711';
const at = '2026-11-22T10:00:00.000Z';

const account = {
  id: ids.account,
  merchant_id: ids.merchant,
  test: true,
  config: { station: 'rennes' },
  credentials: { key: 'kept-secret' },
  hook_url: `https://gateway.example/hooks/pager/${ids.account}`,
  saved: true,
};

export const capabilitiesExample: Capabilities = {
  outbound: kinds({ text: 'native' }),
  inbound: kinds({ text: 'native' }),
  text: { max: 240, unit: 'utf8_bytes' },
  receipts: ['delivered'],
};

const manifest: z.input<Operations['register']['request']>['manifest'] = {
  name: 'pager',
  channel: 'pager',
  title: 'Pager',
  addresses: [{ scheme: 'pager', form: 'exact' }],
  abilities: ['send', 'hook'],
  capabilities: capabilitiesToWire(capabilitiesExample),
  config: {
    type: 'object',
    properties: { station: { type: 'string', maxLength: 40 } },
    required: ['station'],
    additionalProperties: false,
  },
  credentials: {
    type: 'object',
    properties: { key: { type: 'string', minLength: 8, writeOnly: true } },
    required: ['key'],
    additionalProperties: false,
  },
  rate: { per_second: 5, concurrency: 2 },
  documents: [{ title: 'Pager API', url: 'https://pager.example/docs', version: '2026-10' }],
};

const item = {
  type: 'message' as const,
  provider_id: 'pager-in-1',
  sender: { address, name: 'Ada' },
  content: { kind: 'text' as const, text: 'Is there a table tonight?' },
  at,
};

type Reply<O> = O extends { reply: infer R extends z.ZodType } ? { reply: z.input<R> } : { reply?: never };

/** One of each message between the gateway and a connector in another process. */
export const wireExamples: {
  [N in WireOperationName]: { request: z.input<Operations[N]['request']> } & Reply<Operations[N]>;
} = {
  register: {
    request: { protocol: 1, instance, manifest },
    reply: { accepted: true, heartbeat_ms: heartbeatMs, active: true },
  },
  leave: { request: { instance } },
  accounts: { request: {}, reply: { accounts: [account] } },
  accept: {
    request: { account_id: ids.account, items: [item] },
    reply: { ok: true, accepted: [{ duplicate: false, message_id: ids.answer }] },
  },
  thread: {
    request: { account_id: ids.account, address, after: 0, limit: 50 },
    reply: {
      entries: [
        {
          message_id: ids.answer,
          sequence: 1,
          direction: 'inbound',
          content: item.content,
          provider_id: item.provider_id,
          at,
        },
      ],
      more: false,
    },
  },
  renew: {
    request: {
      account_id: ids.account,
      spent: { key: 'kept-secret' },
      credentials: { key: 'another-secret' },
    },
    reply: { ok: true },
  },
  exchanges: {
    request: {
      exchanges: [
        {
          account_id: ids.account,
          purpose: 'send',
          message_id: messageId,
          at,
          duration_ms: 84,
          method: 'POST',
          url: 'https://pager.example/v2/pages/‹4›',
          status: 429,
          code: 'slow_down',
          sent: { bytes: 52, headers: { authorization: '‹18›' }, body: '{"text":"‹29›"}' },
          received: { bytes: 37, body: '{"code":"slow_down"}' },
        },
      ],
    },
  },
  notice: { request: { type: 'account_changed', account_id: ids.account } },
  send: {
    request: {
      account,
      message_id: messageId,
      idempotency_key: `${messageId}.0`,
      address,
      part: { content: contentExamples.text },
      media: {},
      thread: ['pager-in-1'],
      valid_for_seconds: 3600,
    },
    reply: { type: 'sent', provider_ids: ['pager-out-1'] },
  },
  hook: {
    request: {
      account,
      method: 'POST',
      path: '',
      url: account.hook_url,
      headers: { 'content-type': 'application/json' },
      body: 'eyJ0ZXh0IjoiSGkifQ==',
      at,
    },
    reply: { type: 'items', items: [item] },
  },
  media: {
    request: { account, reference: 'file-9', offset: 0, max_bytes: 1_000_000 },
    reply: { ok: true, data: 'iVBORw==', total: 4, media_type: 'image/png' },
  },
  probe: { request: { account }, reply: { ok: true, expires_at: at } },
  setup: { request: { account }, reply: { ok: true } },
  teardown: { request: { account }, reply: { ok: false, detail: 'The pager service does not answer.' } },
  inquire: {
    request: { account, message_id: messageId, idempotency_key: `${messageId}.0`, address, sent_at: at },
    reply: { type: 'sent', provider_ids: ['pager-out-1'] },
  },
  revoke: {
    request: { account, message_id: messageId, address, provider_ids: ['pager-out-1'] },
    reply: { outcome: 'revoked' },
  },
  reach: { request: { account, address }, reply: { type: 'no', failure: { code: 'unreachable' } } },
  profile: { request: { account, address }, reply: { type: 'found', name: 'Ada', language: 'fr' } },
  templates: {
    request: { account, offset: 0 },
    reply: {
      type: 'listed',
      templates: [
        {
          name: 'table_ready',
          language: 'fr',
          purpose: 'utility',
          state: 'approved',
          body: { text: 'Votre table est prête, {{1}}.', placeholders: ['1'] },
          buttons: [],
          fillable: true,
        },
      ],
    },
  },
  capabilities: {
    request: { config: { station: 'rennes' }, content: contentExamples.location },
    reply: {
      capabilities: capabilitiesToWire({
        ...capabilitiesExample,
        outbound: kinds({ text: 'native', location: 'native' }),
      }),
    },
  },
  address: { request: { account, address: 'pager:04711' }, reply: { address } },
};
