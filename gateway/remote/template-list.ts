import type { Account, Context, MessageTemplate, TemplatesOutcome } from '../../connectors/contract/index.ts';
import { deadline } from '../../connectors/kit/deadline.ts';
import { maxWireTemplates, templatesReplySchema } from '../../protocol/connector-wire/index.ts';
import { failure } from '../../protocol/failures.ts';
import { answerTo } from './asking.ts';
import type { Ask } from './asking.ts';
import { failureFromWire } from './items.ts';
import { accountToWire } from './sending.ts';

/** For all pieces together. */
const timeoutMs = 8000;

/** Nobody is there, or what was said cannot be read: asking again may help. */
const untold = (): TemplatesOutcome => ({ type: 'failed', failure: failure('platform_unavailable') });

/** Piece by piece, each asked of whichever instance is free; one that breaks off leaves no half list. */
export async function listTemplates(ask: Ask, account: Account, context: Context): Promise<TemplatesOutcome> {
  const within = deadline(context.signal, timeoutMs);
  try {
    const templates: MessageTemplate[] = [];
    for (;;) {
      const reply = await answerTo(ask, 'templates', {
        request: { account: accountToWire(account, context), offset: templates.length },
        schema: templatesReplySchema,
        timeoutMs,
        signal: within.signal,
      });
      if (!reply) return untold();
      if (reply.type === 'unset') return reply;
      if (reply.type === 'failed') {
        const { retry_after_ms: retryAfterMs } = reply;
        const failed = { type: reply.type, failure: failureFromWire(reply.failure) };
        return retryAfterMs === undefined ? failed : { ...failed, retryAfterMs };
      }
      templates.push(...reply.templates);
      const { next, more = false } = reply;
      if (next !== undefined && (next !== templates.length || reply.templates.length === 0)) return untold();
      const full = templates.length >= maxWireTemplates;
      if (next !== undefined && !full) continue;
      const cut = next !== undefined || templates.length > maxWireTemplates;
      return {
        type: 'listed',
        templates: templates.slice(0, maxWireTemplates),
        ...(more || cut ? { more: true } : {}),
      };
    }
  } finally {
    within.clear();
  }
}
