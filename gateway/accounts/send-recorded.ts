import type { Context, SendOutcome, SendRequest } from '../../connectors/contract/index.ts';
import type { ExchangeLog } from '../exchanges/log.ts';
import type { LiveAccount } from './registry.ts';

/** One send, with what it says to the platform in the exchange log, and its end told. */
export async function sendRecorded(
  of: {
    exchanges?: ExchangeLog | undefined;
    onEnded?: ((live: LiveAccount, outcome: SendOutcome) => void) | undefined;
  },
  { live, request, context }: { live: LiveAccount; request: SendRequest; context: Context },
  send: (context: Context) => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const about = { account: live.account, purpose: 'send', messageId: request.messageId } as const;
  const outcome = await send(of.exchanges?.context(context, about) ?? context);
  of.onEnded?.(live, outcome);
  return outcome;
}
