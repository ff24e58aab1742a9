import { failure } from '../../protocol/failures.ts';
import type {
  Host,
  InboundItem,
  SendOutcome,
  SendRequest,
  Session,
  SessionOpener,
} from '../contract/index.ts';
import { answersTo, receiptFor } from './answers.ts';
import { bareJid } from './address.ts';
import { connect, NotOpenedError } from './connect.ts';
import { itemsOf } from './inbound.ts';
import { Link } from './link.ts';
import type { Delivery } from './link.ts';
import type { XmppAccount, XmppConfig, XmppCredentials, XmppSettings } from './manifest.ts';
import { Marks } from './marks.ts';
import { render } from './render.ts';
import { attr, own, refusal } from './stanza.ts';
import { failureOf } from './status.ts';
import type { Element } from './xml-stream.ts';

type XmppHost = Host<XmppConfig, XmppCredentials, XmppSettings>;

/** In milliseconds. Tests shorten them. */
export interface Timing {
  handshakeMs: number;
  /** How long the server may take to hand a ping of ours back. */
  answerMs: number;
  closeMs: number;
}
const defaultTiming: Timing = { handshakeMs: 10_000, answerMs: 15_000, closeMs: 4000 };

/** More stanzas than this that wait for the ledger are refused for the moment. */
const maxInHand = 1000;

/** One component stream per account. The gateway opens again, with back-off, when `open` rejects or `closed` resolves. */
export function createSessions(
  changed: Partial<Timing> = {},
): SessionOpener<XmppConfig, XmppCredentials, XmppSettings> {
  const timing = { ...defaultTiming, ...changed };
  /** Outlives connections; a changed account begins anew. */
  const marks = new WeakMap<XmppAccount, Marks>();
  return {
    async open(account, host) {
      const of = marks.get(account) ?? new Marks();
      marks.set(account, of);
      const { config, credentials } = account;
      const allowed = host.settings.allowedNetworks;
      const socket = await connect(config, { allowed, signal: host.signal });
      const inbox = new Inbox({ account, host, marks: of });
      const link = new Link(socket, {
        domain: config.domain,
        secret: credentials.secret,
        answerMs: timing.answerMs,
        onStanza: (stanza) => inbox.take(stanza, link),
      });
      const late = setTimeout(() => link.end('handshake_unanswered'), timing.handshakeMs);
      const abort = (): void => link.end('aborted');
      host.signal.addEventListener('abort', abort);
      const ended = await Promise.race([link.ready, link.closed]);
      clearTimeout(late);
      host.signal.removeEventListener('abort', abort);
      if (ended !== undefined) throw new NotOpenedError(ended);
      return session({ account, link, inbox, marks: of, timing });
    },
  };
}

interface Parts {
  account: XmppAccount;
  link: Link;
  inbox: Inbox;
  marks: Marks;
  timing: Timing;
}

function session({ account: { config }, link, inbox, marks, timing }: Parts): Session {
  const sending = new Set<Promise<unknown>>();
  const beat = setInterval(() => void link.ask(), config.ping_seconds * 1000);
  void link.closed.then(() => clearInterval(beat));
  return {
    closed: link.closed,
    send(request, { signal }) {
      const work = send(request, { config, link, marks, signal });
      sending.add(work);
      return work.finally(() => sending.delete(work));
    },
    async close() {
      await within(timing.closeMs / 2, Promise.allSettled(sending));
      await link.leave(timing.closeMs / 4);
      await within(timing.closeMs / 4, inbox.drained());
    },
  };
}

async function send(
  request: SendRequest,
  {
    config,
    link,
    marks,
    signal,
  }: Pick<Parts, 'link' | 'marks'> & { config: XmppConfig; signal: AbortSignal },
): Promise<SendOutcome> {
  if (signal.aborted) return { type: 'rejected', failure: failure('platform_unavailable', 'aborted') };
  const rendered = render(request, config);
  if (!rendered.ok) return { type: 'rejected', failure: failure(rendered.code) };
  const gone: SendOutcome = { type: 'rejected', failure: failure('account_disconnected') };
  const { id, stanza } = rendered;
  if (id === undefined) return link.say([stanza]) ? { type: 'sent', providerIds: [] } : gone;
  marks.sent(request.address, id);
  const delivery = await Promise.race([link.deliver(id, stanza), givenUp(signal)]);
  switch (delivery.type) {
    case 'taken':
      return { type: 'sent', providerIds: [id] };
    case 'refused':
      return { type: 'rejected', failure: failureOf(delivery.stanza) };
    case 'lost':
      return { type: 'uncertain', reason: delivery.reason };
    case 'unsent':
      return gone;
  }
}

const givenUp = (signal: AbortSignal): Promise<Delivery> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ type: 'lost', reason: 'aborted' }), { once: true });
  });

/** What comes in, one after the other for each person. */
class Inbox {
  readonly #of: { account: XmppAccount; host: XmppHost; marks: Marks };
  readonly #lines = new Map<string, Promise<void>>();
  #inHand = 0;

  constructor(of: { account: XmppAccount; host: XmppHost; marks: Marks }) {
    this.#of = of;
  }

  take(stanza: Element, link: Link): void {
    link.say(answersTo(stanza, this.#of.account.config));
    if (stanza.name === 'iq' || bareJid(attr(stanza, 'to') ?? '') !== this.#of.account.config.address) return;
    if (this.#inHand >= maxInHand) return notNow(stanza, link);
    this.#inHand++;
    const from = bareJid(attr(stanza, 'from') ?? '') ?? '';
    const work = (this.#lines.get(from) ?? Promise.resolve()).then(() => this.#accept(stanza, link));
    const line = work.finally(() => {
      this.#inHand--;
      if (this.#lines.get(from) === line) this.#lines.delete(from);
    });
    this.#lines.set(from, line);
  }

  async drained(): Promise<void> {
    await Promise.all(this.#lines.values());
  }

  /** Never rejects. Only what is in the ledger is said to have arrived. */
  async #accept(stanza: Element, link: Link): Promise<void> {
    const { account, host, marks } = this.#of;
    try {
      const items = marks.upTo(
        itemsOf(stanza, account.config, host.now()),
        `xmpp:${bareJid(attr(stanza, 'from') ?? '')}`,
      );
      if (items.every(({ type }) => type === 'ignored')) return;
      await host.accept(account, items);
      if (isMessage(items)) link.say(receiptFor(stanza));
    } catch (error) {
      host.log.error('xmpp.stanza_not_accepted', { accountId: account.id, error });
      notNow(stanza, link);
    }
  }
}

const isMessage = (items: readonly InboundItem[]): boolean => items.some(({ type }) => type === 'message');

/** The person's app shows that it did not arrive. */
function notNow(stanza: Element, link: Link): void {
  if (attr(stanza, 'type') !== 'error' && own(stanza, 'body'))
    link.say([refusal(stanza, 'wait', 'resource-constraint')]);
}

const within = async (ms: number, work: Promise<unknown>): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, promise]);
  clearTimeout(timer);
};
