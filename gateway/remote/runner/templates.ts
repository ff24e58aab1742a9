import type { Account, Connector, Context, TemplatesOutcome } from '../../../connectors/contract/index.ts';
import { maxWireTemplates } from '../../../protocol/connector-wire/index.ts';
import { failureToWire } from '../items.ts';

/** How long a list is kept for the pieces that the gateway asks for next. */
const keptMs = 30_000;
const keptLists = 8;
/** Of one message, with room for what is around the templates. */
const pieceBytes = 700_000;

interface Wanted {
  account: Account;
  offset: number;
  context: Context;
}

/** Answers with the piece of an account's templates that is asked for. The first one asks the platform; those after it are of the same list. */
export function templatePieces(connector: Connector): (wanted: Wanted) => Promise<object> {
  const kept = new Map<string, { listed: Promise<TemplatesOutcome>; atMs: number }>();
  const listed = ({ account, offset, context }: Wanted): Promise<TemplatesOutcome> => {
    const known = kept.get(account.id);
    if (offset > 0 && known && context.now() - known.atMs < keptMs) return known.listed;
    const asked = connector.templates!(account, context);
    kept.delete(account.id);
    kept.set(account.id, { listed: asked, atMs: context.now() });
    for (const oldest of kept.keys()) if (kept.size > keptLists) kept.delete(oldest);
    return asked;
  };
  return async (wanted) => {
    const outcome = await listed(wanted);
    switch (outcome.type) {
      case 'unset':
        return { type: 'unset', fields: outcome.fields.slice(0, 16) };
      case 'failed':
        return {
          type: 'failed',
          failure: failureToWire(outcome.failure),
          ...(outcome.retryAfterMs === undefined
            ? {}
            : { retry_after_ms: Math.min(Math.max(0, Math.ceil(outcome.retryAfterMs)), 86_400_000) }),
        };
      case 'listed':
        return pieceOf(outcome, wanted.offset);
    }
  };
}

function pieceOf(outcome: Extract<TemplatesOutcome, { type: 'listed' }>, offset: number): object {
  const all = outcome.templates.slice(0, maxWireTemplates);
  const more = outcome.more === true || outcome.templates.length > maxWireTemplates;
  let bytes = 0;
  let end = offset;
  for (; end < all.length; end++) {
    bytes += Buffer.byteLength(JSON.stringify(all[end]));
    if (end > offset && bytes > pieceBytes) break;
  }
  return {
    type: 'listed',
    templates: all.slice(offset, end),
    ...(end < all.length ? { next: end } : {}),
    ...(more ? { more: true } : {}),
  };
}
