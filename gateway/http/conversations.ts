import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { addressSchema } from '../../protocol/address.ts';
import { idSchema } from '../../protocol/ids.ts';
import { linkConsumers } from '../directory/link.ts';
import { chainViews } from '../fallback/view.ts';
import { channelSchema } from '../../protocol/messages.ts';
import { sendSignal } from '../messages/signal.ts';
import { messageView } from '../messages/view.ts';
import { Refusal } from '../problems.ts';
import type { ConsumerRow, ConversationRow } from '../store/port.ts';
import { invalid } from './invalid.ts';
import {
  answer,
  body,
  consumerSchema,
  conversationSchema,
  conversationView,
  listOf,
  messageSchema,
  pageQuery,
  problems,
  time,
  timeOrNull,
} from './schemas.ts';
import type { Env, Services } from './services.ts';

const consumerParams = z.object({ id: idSchema('consumer') });
const conversationParams = z.object({ id: idSchema('conversation') });

const consumers = {
  list: createRoute({
    method: 'get',
    path: '/',
    tags: ['Consumers'],
    summary: 'List consumers',
    request: { query: pageQuery },
    responses: { 200: answer(listOf(consumerSchema), 'A page'), ...problems },
  }),
  get: createRoute({
    method: 'get',
    path: '/{id}',
    tags: ['Consumers'],
    summary: 'Get a consumer and their addresses',
    request: { params: consumerParams },
    responses: { 200: answer(consumerSchema, 'The consumer'), ...problems },
  }),
  change: createRoute({
    method: 'patch',
    path: '/{id}',
    tags: ['Consumers'],
    summary: 'Say where a consumer wants to be written to',
    request: {
      params: consumerParams,
      body: body(
        z
          .strictObject({ preferred_channel: channelSchema.nullable().describe('null: no wish any more') })
          .meta({ id: 'ConsumerChange' }),
      ),
    },
    responses: { 200: answer(consumerSchema, 'The consumer'), ...problems },
  }),
  link: createRoute({
    method: 'post',
    path: '/{id}/link',
    tags: ['Consumers'],
    summary: 'Make one consumer, and one conversation, out of two',
    description:
      'Name the other one by id or by an address of theirs. Their addresses and messages move here; this id remains.',
    request: {
      params: consumerParams,
      body: body(
        z.union([
          z.strictObject({ consumer_id: idSchema('consumer') }),
          z.strictObject({ address: addressSchema }),
        ]),
      ),
    },
    responses: { 200: answer(consumerSchema, 'The consumer that remains'), ...problems },
  }),
};

const conversations = {
  list: createRoute({
    method: 'get',
    path: '/',
    tags: ['Conversations'],
    summary: 'List conversations, the latest active first',
    request: { query: pageQuery },
    responses: { 200: answer(listOf(conversationSchema), 'A page'), ...problems },
  }),
  get: createRoute({
    method: 'get',
    path: '/{id}',
    tags: ['Conversations'],
    summary: 'Get a conversation',
    request: { params: conversationParams },
    responses: { 200: answer(conversationSchema, 'The conversation'), ...problems },
  }),
  messages: createRoute({
    method: 'get',
    path: '/{id}/messages',
    tags: ['Conversations'],
    summary: 'The thread, newest first',
    request: { params: conversationParams, query: pageQuery },
    responses: { 200: answer(listOf(messageSchema), 'A page'), ...problems },
  }),
  signal: createRoute({
    method: 'post',
    path: '/{id}/signals',
    tags: ['Conversations'],
    summary: 'Show a signal where the consumer is; shown at once or not at all',
    request: {
      params: conversationParams,
      body: body(z.strictObject({ signal: z.enum(['typing', 'typing_stopped', 'read']) })),
    },
    responses: {
      202: answer(
        z.object({ shown: z.boolean().describe('False where the channel has no such thing') }),
        'Done',
      ),
      ...problems,
    },
  }),
};

export function consumerRoutes(services: Services): OpenAPIHono<Env> {
  const { store } = services;
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  const view = async (row: ConsumerRow): Promise<z.infer<typeof consumerSchema>> => ({
    id: row.id,
    name: row.name,
    language: row.language,
    preferred_channel: row.preferredChannel,
    merged_into: row.mergedInto,
    addresses: (await store.read.directory.addressesOf(row.id)).map((address) => ({
      address: address.address,
      channel: address.channel,
      account_id: address.accountId,
      opted_out_at: timeOrNull(address.optedOutAt),
      last_inbound_at: timeOrNull(address.lastInboundAt),
    })),
    created_at: time(row.createdAt),
  });
  const own = async (merchantId: string, id: string): Promise<ConsumerRow> => {
    const row = await store.read.directory.consumer(id);
    if (!row || row.merchantId !== merchantId) throw new Refusal('not_found', `There is no consumer ${id}.`);
    return row;
  };
  app.openapi(consumers.list, async (c) => {
    const { limit = 20, cursor } = c.req.valid('query');
    const rows = await store.read.directory.consumersOf(c.get('caller').merchantId, cursor ?? '', limit + 1);
    const page = rows.slice(0, limit);
    const more = rows.length > limit;
    return c.json(
      { data: await Promise.all(page.map(view)), has_more: more, next: more ? page.at(-1)!.id : null },
      200,
    );
  });
  app.openapi(consumers.get, async (c) =>
    c.json(await view(await own(c.get('caller').merchantId, c.req.valid('param').id)), 200),
  );
  app.openapi(consumers.change, async (c) => {
    const { id, mergedInto } = await own(c.get('caller').merchantId, c.req.valid('param').id);
    const { preferred_channel: preferredChannel } = c.req.valid('json');
    await store.write((tx) => tx.directory.updateConsumer(mergedInto ?? id, { preferredChannel }));
    return c.json(await view(await own(c.get('caller').merchantId, id)), 200);
  });
  app.openapi(consumers.link, async (c) => {
    const { merchantId } = c.get('caller');
    const { id } = c.req.valid('param');
    const other = c.req.valid('json');
    const otherId =
      'consumer_id' in other
        ? other.consumer_id
        : (await store.read.directory.address(merchantId, other.address))?.consumerId;
    if (!otherId)
      throw new Refusal('not_found', 'Nobody is known by this address.', {
        errors: [{ pointer: '/address', detail: 'unknown address' }],
      });
    const remaining = await store.write((tx) =>
      linkConsumers(tx, services, { merchantId, consumerId: id, otherId }),
    );
    if (!remaining)
      throw new Refusal('not_found', 'One of the two is no consumer of yours, or was linked before.');
    return c.json(await view(await own(merchantId, remaining)), 200);
  });
  return app;
}

export function conversationRoutes(services: Services): OpenAPIHono<Env> {
  const { store, cursors } = services;
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  const own = async (merchantId: string, id: string): Promise<ConversationRow> => {
    const row = await store.read.conversations.byId(id);
    if (!row || row.merchantId !== merchantId)
      throw new Refusal('not_found', `There is no conversation ${id}.`);
    // of a consumer who was linked to another: their conversation goes on there
    const mergedInto = (await store.read.directory.consumer(row.consumerId))?.mergedInto;
    return (mergedInto && (await store.read.conversations.ofPair(merchantId, mergedInto))) || row;
  };
  const badCursor = () =>
    new Refusal('invalid_request', 'This is no cursor of this list.', {
      errors: [{ pointer: '#query/cursor', detail: 'unknown cursor' }],
    });

  app.openapi(conversations.list, async (c) => {
    const { merchantId } = c.get('caller');
    const { limit = 20, cursor } = c.req.valid('query');
    const [updatedAt, id] = cursor?.split('.') ?? [];
    if (cursor !== undefined && (!Number.isSafeInteger(Number(updatedAt)) || !id)) throw badCursor();
    const before = cursor === undefined ? undefined : { updatedAt: Number(updatedAt), id: id! };
    const rows = await store.read.conversations.of(merchantId, before, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return c.json(
      {
        data: page.map(conversationView),
        has_more: last !== undefined,
        next: last ? `${last.updatedAt}.${last.id}` : null,
      },
      200,
    );
  });
  app.openapi(conversations.get, async (c) =>
    c.json(conversationView(await own(c.get('caller').merchantId, c.req.valid('param').id)), 200),
  );
  app.openapi(conversations.messages, async (c) => {
    const { merchantId } = c.get('caller');
    const conversation = await own(merchantId, c.req.valid('param').id);
    const { limit = 20, cursor } = c.req.valid('query');
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : cursors.decode(merchantId, cursor);
    if (before === undefined) throw badCursor();
    const rows = await store.read.messages.ofConversation(conversation.id, before, limit + 1);
    const page = rows.slice(0, limit);
    const deliveries = new Map(
      (await store.read.deliveries.byMessages(page.map(({ id }) => id))).map((one) => [one.messageId, one]),
    );
    const chains = await chainViews(store.read, page);
    const more = rows.length > limit;
    return c.json(
      {
        data: page.map((row) => messageView(row, deliveries.get(row.id), services.view, chains.get(row.id))),
        has_more: more,
        next: more ? cursors.encode(merchantId, page.at(-1)!.sequence) : null,
      },
      200,
    );
  });
  app.openapi(conversations.signal, async (c) => {
    const { merchantId, test } = c.get('caller');
    const conversation = await own(merchantId, c.req.valid('param').id);
    return c.json({ shown: await sendSignal(services, conversation, { ...c.req.valid('json'), test }) }, 202);
  });
  return app;
}
