import type { CallResult, Connector, Context, OutgoingRequest } from '../../connectors/contract/index.ts';
import { answered } from './scripted.ts';
import type { CannedAnswer } from './spec.ts';

/**
 * A connector whose calls that only prepare a send (a token, an address to upload to) are answered here, so that the one answer that the
 * suite gives is to the send itself. What those calls hold and how they fail is for the connector's own tests.
 */
export function answeringSteps(
  connector: Connector,
  answerTo: (request: OutgoingRequest) => CannedAnswer | undefined,
): Connector {
  const inner = <C extends Context>(context: C): C => ({
    ...context,
    http: {
      call: (request: OutgoingRequest): Promise<CallResult> => {
        const canned = request.signal.aborted ? undefined : answerTo(request);
        return canned ? Promise.resolve(answered(canned)) : context.http.call(request);
      },
    },
  });
  const { sender, media, probe } = connector;
  return {
    ...connector,
    ...(sender && {
      sender: { send: (request, account, context) => sender.send(request, account, inner(context)) },
    }),
    ...(media && {
      media: { fetch: (reference, account, context) => media.fetch(reference, account, inner(context)) },
    }),
    ...(probe && { probe: (account, context) => probe(account, inner(context)) }),
  };
}
