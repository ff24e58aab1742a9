import { RequestError, connect } from '@nats-io/transport-node';
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import type { CallAnswer, Calls, Responder } from './port.ts';

/** Where the servers are and who we are there. User and password may also stand in the address. */
export interface NatsLogin {
  /** One address or several with commas. */
  servers: string;
  token?: string | undefined;
  user?: string | undefined;
  password?: string | undefined;
}

/** The client takes no user from an address, and shows addresses in its errors: they are told apart here. */
export function natsLogin({ servers, token, user, password }: NatsLogin): ConnectionOptions {
  let [found, secret] = [user, password];
  const bare = servers.split(',').map((address) => {
    const url = new URL(address.includes('://') ? address : `nats://${address}`);
    found ??= url.username ? decodeURIComponent(url.username) : undefined;
    secret ??= url.password ? decodeURIComponent(url.password) : undefined;
    return url.username ? `${url.protocol}//${url.host}` : address;
  });
  return {
    servers: bare,
    ...(token === undefined ? {} : { token }),
    ...(found === undefined ? {} : { user: found, pass: secret ?? '' }),
  };
}

/** Requests and their answers over one connection, which somebody else opens and closes. */
export class NatsCalls {
  readonly #connection: NatsConnection;
  readonly #up: () => boolean;
  /** Of those whose answer is waited for: what to do when it cannot come any more. */
  readonly #waiting = new Set<() => void>();

  constructor(connection: NatsConnection, up: () => boolean) {
    this.#connection = connection;
    this.#up = up;
  }

  async request(
    subject: string,
    payload: string,
    { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
  ): Promise<CallAnswer> {
    // what is published while the connection is away never goes out
    if (!this.#up() || signal?.aborted) return { type: 'nobody' };
    let giveUp = (): void => {};
    const given = new Promise<CallAnswer>((resolve) => {
      giveUp = () => resolve({ type: 'silent' });
      this.#waiting.add(giveUp);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
    const asked = this.#connection.request(subject, payload, { timeout: timeoutMs }).then(
      (message): CallAnswer => ({ type: 'reply', payload: message.string() }),
      (error: unknown): CallAnswer =>
        error instanceof RequestError && error.isNoResponders() ? { type: 'nobody' } : { type: 'silent' },
    );
    try {
      return await Promise.race([asked, given]);
    } finally {
      this.#waiting.delete(giveUp);
      signal?.removeEventListener('abort', giveUp);
    }
  }

  respond(
    subject: string,
    handler: (message: { subject: string; payload: string }) => Promise<string | undefined>,
    queue?: string,
  ): Responder {
    const working = new Set<Promise<void>>();
    const subscription = this.#connection.subscribe(subject, {
      ...(queue === undefined ? {} : { queue }),
      callback: (error, message) => {
        if (error) return;
        const work = handler({ subject: message.subject, payload: message.string() })
          .then((answer) => {
            if (answer !== undefined) message.respond(answer);
          })
          // the connection closed meanwhile, or the answer is larger than the server takes: who asked hears nothing
          .catch(() => {})
          .finally(() => working.delete(work));
        working.add(work);
      },
    });
    return {
      drain: async () => {
        await subscription.drain().catch(() => {});
        while (working.size > 0) await Promise.all(working);
        await this.#connection.flush().catch(() => {});
      },
    };
  }

  tell(subject: string, payload: string): void {
    if (this.#up()) this.#connection.publish(subject, payload);
  }

  watch(subject: string, listener: (message: { subject: string; payload: string }) => void): () => void {
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (!error) listener({ subject: message.subject, payload: message.string() });
      },
    });
    return () => subscription.unsubscribe();
  }

  /** The connection is gone: answers to what was on its way will not come. */
  lost(): void {
    for (const giveUp of this.#waiting) giveUp();
  }
}

/** A connection for requests and answers alone: what a connector in another process has. Rejects if no server lets it in. */
export async function openCalls(
  options: NatsLogin & {
    name: string;
    /** What the subjects of replies begin with: a user that may not listen to all of `_INBOX` has one of its own. */
    inboxPrefix: string;
    log(event: string, fields?: Record<string, unknown>): void;
  },
): Promise<Calls> {
  const connection = await connect({
    ...natsLogin(options),
    name: options.name,
    inboxPrefix: options.inboxPrefix,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 100,
    pingInterval: 5000,
    maxPingOut: 2,
    timeout: 5000,
  });
  let up = true;
  const returns: (() => void)[] = [];
  const calls = new NatsCalls(connection, () => up && !connection.isClosed());
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') {
        up = false;
        options.log('bus.disconnected');
        calls.lost();
      } else if (status.type === 'reconnect') {
        up = true;
        options.log('bus.reconnected');
        for (const listener of returns) listener();
      }
    }
  })();
  return {
    request: (...call) => calls.request(...call),
    respond: (...call) => calls.respond(...call),
    tell: (...call) => calls.tell(...call),
    watch: (...call) => calls.watch(...call),
    connected: () => up && !connection.isClosed(),
    onReturn: (listener) => void returns.push(listener),
    close: async () => {
      await connection.flush().catch(() => {});
      await connection.close();
    },
  };
}
