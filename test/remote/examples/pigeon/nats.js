import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

/**
 * As much of NATS as a connector needs, by hand: its protocol is lines of text with payloads between them
 * (https://docs.nats.io/reference/reference-protocols/nats-protocol).
 */
export class Nats {
  #socket;
  #buffer = Buffer.alloc(0);
  #subscriptions = new Map();
  #replies = new Map();
  #pongs = [];
  #inbox;
  #next = 0;
  #working = new Set();

  /** Settles when the connection is gone. */
  closed;

  /** `address` is nats://user:password@host:port; replies come to subjects that begin with `inboxPrefix`. */
  static async open(address, inboxPrefix) {
    const nats = new Nats();
    const { hostname, port, username, password } = new URL(address);
    nats.#socket = connect({ host: hostname, port: Number(port || 4222) });
    nats.closed = new Promise((resolve) => nats.#socket.once('close', resolve));
    nats.#socket.on('error', () => {});
    nats.#socket.on('data', (chunk) => nats.#read(chunk));
    const greeting = { verbose: false, pedantic: false, headers: true, no_responders: true, protocol: 1 };
    const user = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
    nats.#write(`CONNECT ${JSON.stringify({ ...greeting, ...user, lang: 'javascript', version: '1' })}\r\n`);
    nats.#inbox = `${inboxPrefix}.${randomBytes(8).toString('hex')}`;
    nats.subscribe(`${nats.#inbox}.*`, (message) => nats.#replies.get(message.subject)?.(message));
    await nats.flush();
    return nats;
  }

  /** Resolves with the answer, or with undefined: nobody is there, or nobody answered in time. */
  request(subject, payload, timeoutMs = 10_000) {
    const reply = `${this.#inbox}.${++this.#next}`;
    return new Promise((resolve) => {
      const done = (message) => {
        clearTimeout(timer);
        this.#replies.delete(reply);
        resolve(message?.status ? undefined : message?.payload);
      };
      const timer = setTimeout(done, timeoutMs);
      void this.closed.then(() => done());
      this.#replies.set(reply, done);
      this.publish(subject, payload, reply);
    });
  }

  publish(subject, payload, reply = '') {
    this.#write(`PUB ${subject} ${reply} ${Buffer.byteLength(payload)}\r\n${payload}\r\n`);
  }

  subscribe(subject, handler, queue = '') {
    const id = String(++this.#next);
    this.#subscriptions.set(id, handler);
    this.#write(`SUB ${subject} ${queue} ${id}\r\n`);
    return id;
  }

  /** Answers requests; of those in one queue, one gets each. */
  respond(subject, queue, answer) {
    return this.subscribe(
      subject,
      ({ payload, reply }) => {
        const work = answer(payload)
          .then((said) => this.publish(reply, said))
          .catch((error) => console.error(error.name))
          .finally(() => this.#working.delete(work));
        this.#working.add(work);
      },
      queue,
    );
  }

  /** Takes no more of these, and waits until what was taken is answered. */
  async drain(ids) {
    for (const id of ids) this.#write(`UNSUB ${id}\r\n`);
    // whatever the server sent before it read this comes before its PONG
    await this.flush();
    while (this.#working.size > 0) await Promise.all(this.#working);
    await this.flush();
  }

  flush() {
    return new Promise((resolve, reject) => {
      this.#pongs.push(resolve);
      void this.closed.then(() => reject(new Error('the connection is gone')));
      this.#write('PING\r\n');
    });
  }

  end() {
    this.#socket.end();
  }

  #write(text) {
    this.#socket.write(text);
  }

  #read(chunk) {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf('\r\n');
      if (end < 0) return;
      const [verb, ...rest] = this.#buffer.subarray(0, end).toString().split(' ');
      if (verb !== 'MSG' && verb !== 'HMSG') {
        this.#buffer = this.#buffer.subarray(end + 2);
        if (verb === 'PING') this.#write('PONG\r\n');
        else if (verb === 'PONG') this.#pongs.shift()?.();
        else if (verb === '-ERR') console.error(`the server says ${rest.join(' ')}`);
        continue;
      }
      const size = Number(rest.at(-1));
      if (this.#buffer.length < end + 2 + size + 2) return;
      const headerSize = verb === 'HMSG' ? Number(rest.at(-2)) : 0;
      const body = this.#buffer.subarray(end + 2, end + 2 + size);
      this.#buffer = this.#buffer.subarray(end + 2 + size + 2);
      const [subject, id] = rest;
      const reply = rest.length > (verb === 'HMSG' ? 4 : 3) ? rest[2] : '';
      // "NATS/1.0 503": nobody listens there
      const status = /^NATS\/1\.0 (\d{3})/.exec(body.subarray(0, headerSize).toString())?.[1];
      this.#subscriptions.get(id)?.({
        subject,
        reply,
        status,
        payload: body.subarray(headerSize).toString(),
      });
    }
  }
}
