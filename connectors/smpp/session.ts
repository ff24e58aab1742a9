import type { Account, Host, Session, SessionOpener } from '../contract/index.ts';
import { connect } from './connect.ts';
import { createInbox } from './inbox.ts';
import type { Inbox } from './inbox.ts';
import { Link } from './link.ts';
import type { Config, Credentials, Settings } from './manifest.ts';
import { ok, statusName } from './status.ts';
import { createSubmit, windowSize } from './submit.ts';
import type { Progress } from './submit.ts';
import { defaultTiming } from './timing.ts';
import type { Timing } from './timing.ts';
import { commands, encodeBind } from './wire.ts';
import { createWindow } from './window.ts';

/** The SMSC is there and refuses the bind. */
export class BindRefusedError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`the SMSC refused the bind: ${statusName(status)}`);
    this.status = status;
    // the gateway shows an error's name
    this.name = `bind_refused_${statusName(status)}`;
  }
}

/** The connection is there and the SMSC does not answer the bind. */
export class BindUnansweredError extends Error {
  constructor() {
    super('the SMSC did not answer the bind');
    this.name = 'bind_unanswered';
  }
}

type SmppHost = Host<Config, Credentials, Settings>;

/** What an account keeps from one connection to the next. */
interface Memory {
  account: Account<Config, Credentials>;
  inbox: Inbox;
  progress: Progress;
}

/** One transceiver per account. The gateway opens again, with back-off, when `open` rejects or `closed` resolves. */
export function createSessions(changed: Partial<Timing> = {}): SessionOpener<Config, Credentials, Settings> {
  const timing = { ...defaultTiming, ...changed };
  /** By the gateway's `accept`: a host may be made anew for each connection, while the ledger behind it stays. */
  const memories = new WeakMap<SmppHost['accept'], Map<string, Memory>>();

  function memoryOf(account: Account<Config, Credentials>, host: SmppHost): Memory {
    const ofLedger = memories.get(host.accept) ?? new Map<string, Memory>();
    memories.set(host.accept, ofLedger);
    const known = ofLedger.get(account.id);
    if (known) {
      known.account = account;
      return known;
    }
    const memory: Memory = {
      account,
      progress: new Map(),
      inbox: createInbox({ host, account: () => memory.account, timing }),
    };
    ofLedger.set(account.id, memory);
    return memory;
  }

  return {
    async open(account, host) {
      const { config, credentials } = account;
      const socket = await connect({
        config,
        allowed: host.settings.allowedNetworks,
        timeoutMs: timing.connectMs,
        signal: host.signal,
      });
      const memory = memoryOf(account, host);
      const link = new Link(socket, {
        responseMs: config.response_seconds * 1000,
        onMessage: (pdu, from) => memory.inbox.take(pdu, from),
        onOdd: (what) => host.log.warn('smpp_odd_pdu', { account: account.id, what }),
      });
      const bound = await link.request(
        commands.bindTransceiver,
        encodeBind({
          systemId: credentials.system_id,
          password: credentials.password,
          systemType: config.system_type,
          addressRange: config.address_range,
        }),
      );
      if (bound.type !== 'answered' || bound.status !== ok) {
        link.end('bind_failed');
        throw bound.type === 'answered' ? new BindRefusedError(bound.status) : new BindUnansweredError();
      }
      return session({ link, memory, timing, now: () => host.now() });
    },
  };
}

interface SessionParts {
  link: Link;
  memory: Memory;
  timing: Timing;
  now: () => number;
}

function session({ link, memory, timing, now }: SessionParts): Session {
  const { account, inbox, progress } = memory;
  const { config } = account;
  const window = createWindow({
    size: windowSize(config),
    perSecond: config.per_second,
    now,
  });
  const submit = createSubmit({ link, window, progress, config, timing, now });
  const sending = new Set<Promise<unknown>>();
  const stopAsking = askWhetherAlive(link, config.enquire_link_seconds * 1000);
  void link.closed.then(() => {
    stopAsking();
    window.close();
  });
  return {
    closed: link.closed,
    async send(request, context) {
      const work = submit(request, context);
      sending.add(work);
      return work.finally(() => sending.delete(work));
    },
    async close() {
      window.close();
      await within(timing.closeMs - 500, Promise.allSettled([...sending, inbox.drain()]));
      stopAsking();
      if (link.alive) await within(500, link.request(commands.unbind, Buffer.alloc(0)));
      link.end('closed');
    },
  };
}

/** enquire_link again and again; one without an answer ends the connection. */
function askWhetherAlive(link: Link, everyMs: number): () => void {
  const timer = setInterval(() => {
    void link.request(commands.enquireLink, Buffer.alloc(0)).then((answer) => {
      if (answer.type === 'unanswered' && answer.reason === 'timeout') link.end('enquire_link_unanswered');
    });
  }, everyMs);
  return () => clearInterval(timer);
}

const within = (ms: number, work: Promise<unknown>): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, ms));
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    work.then(done, done);
  });
