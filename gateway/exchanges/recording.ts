import type { Connector, Context } from '../../connectors/contract/index.ts';
import type { ExchangePurpose } from '../store/port.ts';
import type { CallOf } from './record.ts';

/** Puts a client into a call's context that records what is said. */
export interface Recorder {
  context<C extends Context>(context: C, of: CallOf): C;
}

type CalledWithAccount = (
  account: Parameters<NonNullable<Connector['probe']>>[0],
  context: Context,
) => Promise<unknown>;

/**
 * A connector all of whose calls to its platform are recorded, each with its account; the gateway's own parts don't see the difference.
 * Sending is recorded where sessions, servers and senders come together (the runtime).
 */
export function recorded(connector: Connector, log: Recorder): Connector {
  const { hook, probe, setup, teardown, inquire, revoke, reach, profile, media, session, pages, templates } =
    connector;
  const withAccount = <F extends CalledWithAccount>(call: F, purpose: ExchangePurpose): F =>
    ((account, context) => call(account, log.context(context, { account, purpose }))) as F;
  return {
    ...connector,
    ...(hook?.confirm && {
      hook: {
        ...hook,
        confirm: (request, account, context) =>
          hook.confirm!(request, account, log.context(context, { account, purpose: 'setup' })),
      },
    }),
    ...(probe && { probe: withAccount(probe, 'probe') }),
    ...(templates && { templates: withAccount(templates, 'templates') }),
    ...(setup && { setup: withAccount(setup, 'setup') }),
    ...(teardown && { teardown: withAccount(teardown, 'teardown') }),
    ...(inquire && {
      inquire: (request, account, context) =>
        inquire(
          request,
          account,
          log.context(context, { account, purpose: 'inquire', messageId: request.messageId }),
        ),
    }),
    ...(revoke && {
      revoke: (request, account, context) =>
        revoke(
          request,
          account,
          log.context(context, { account, purpose: 'revoke', messageId: request.messageId }),
        ),
    }),
    ...(reach && {
      reach: (address, account, context) =>
        reach(address, account, log.context(context, { account, purpose: 'reach' })),
    }),
    ...(profile && {
      profile: (address, account, context) =>
        profile(address, account, log.context(context, { account, purpose: 'profile' })),
    }),
    ...(media && {
      media: {
        fetch: (reference, account, context) =>
          media.fetch(reference, account, log.context(context, { account, purpose: 'media' })),
      },
    }),
    ...(session && {
      session: {
        ...session,
        open: (account, host) => session.open(account, log.context(host, { account, purpose: 'session' })),
      },
    }),
    ...(pages?.handle && {
      pages: {
        ...pages,
        handle: (request, account, host) =>
          pages.handle!(request, account, log.context(host, { account, purpose: 'page' })),
      },
    }),
  };
}
