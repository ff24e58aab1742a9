import type { Account, Context, HookRequest, HookResponse } from '../../connectors/contract/index.ts';
import type { z } from 'zod';
import { hookReplySchema, maxWireBody } from '../../protocol/connector-wire/index.ts';
import type { WireHookReply, WireManifest, hookResponseSchema } from '../../protocol/connector-wire/index.ts';
import type { AccountRegistry } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import type { Accept } from '../ingest/accept.ts';
import type { ProblemCode } from '../problems.ts';
import { Refusal } from '../problems.ts';
import { readWire } from './codec.ts';
import type { Ask } from './asking.ts';
import { checkItems } from './intake.ts';
import { accountToWire } from './sending.ts';

/** Platforms give up on a call after 10 to 20 seconds. */
const hookTimeoutMs = 10_000;
/** When the platform may try again: an instance that is restarted is back by then. */
const retryAfterSeconds = 5;

export interface HookOptions {
  registry: AccountRegistry;
  accept: Accept;
  clock: Clock;
  /** Told of a call that the connector did not find signed. */
  onRefused(connector: string): void;
}

const problemOfStatus = {
  400: 'malformed_body',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  422: 'invalid_request',
} as const satisfies Record<number, ProblemCode>;

const traceparentPattern = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * A platform's call: checked and read by the connector, taken in here, and only then answered. Whatever keeps it from being taken
 * in is a 5xx, after which the platform says it again.
 */
export const hookHandler =
  (manifest: WireManifest, ask: Ask, options: HookOptions) =>
  async (
    request: HookRequest,
    account: Account,
    context: Pick<Context, 'renewal'>,
  ): Promise<HookResponse> => {
    if (request.body.length > maxWireBody)
      throw new Refusal('body_too_large', `At most ${maxWireBody} bytes.`);
    const asked = {
      account: accountToWire(account, context),
      ...hookToWire(request, options.clock.now()),
    };
    const answer = await ask('hook', asked, { timeoutMs: hookTimeoutMs });
    if (answer.type === 'too_large')
      throw new Refusal('body_too_large', 'The request is too large for the connector.');
    if (answer.type !== 'reply')
      throw new Refusal('overloaded', 'The connector of this platform is away; say it again later.', {
        retryAfterSeconds,
      });
    const reply = readWire(answer.payload, hookReplySchema);
    if (!reply.ok) throw new Refusal('internal', 'The connector gave an answer that cannot be read.');
    return take(manifest, options, { request, account, reply: reply.value });
  };

async function take(
  manifest: WireManifest,
  { registry, accept, onRefused }: HookOptions,
  { request, account, reply }: { request: HookRequest; account: Account; reply: WireHookReply },
): Promise<HookResponse> {
  switch (reply.type) {
    case 'response':
      return responseOf(reply.response);
    case 'refused':
      onRefused(manifest.name);
      throw new Refusal('invalid_signature', 'The request was not signed by this platform for this account.');
    case 'unreadable': {
      const { detail, pointer } = reply;
      const errors = pointer === undefined ? {} : { errors: [{ pointer, detail }] };
      throw new Refusal(problemOfStatus[reply.status], detail, errors);
    }
    case 'items': {
      const live = registry.get(account.id);
      if (!live) throw new Refusal('not_found', 'There is no such account.');
      const checked = checkItems(manifest, reply.items);
      if (!checked.ok) throw new Refusal('internal', 'The connector told something that it may not.');
      const given = request.headers['traceparent'];
      const traceparent = given !== undefined && traceparentPattern.test(given) ? given : undefined;
      if (checked.items.length > 0) await accept(live, checked.items, traceparent);
      return responseOf(reply.response ?? { status: 200 });
    }
  }
}

/** What platforms ask of an answer. Nothing with which a page of the connector's could act for the gateway's own. */
const answerHeaders = new Set(['content-type', 'retry-after', 'www-authenticate', 'allow']);

const responseOf = ({ status, headers = {}, body }: z.infer<typeof hookResponseSchema>): HookResponse => ({
  status,
  headers: {
    ...Object.fromEntries(Object.entries(headers).filter(([name]) => answerHeaders.has(name))),
    'content-security-policy': "default-src 'none'; sandbox",
  },
  ...(body === undefined ? {} : { body }),
});

const hookToWire = (request: HookRequest, nowMs: number) => ({
  method: request.method,
  path: request.path,
  url: request.url,
  headers: Object.fromEntries(Object.entries(request.headers).filter(([, value]) => value !== undefined)),
  body: Buffer.from(request.body).toString('base64'),
  at: new Date(nowMs).toISOString(),
});
