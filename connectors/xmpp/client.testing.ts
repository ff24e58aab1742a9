import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { domains, password } from './prosody.testing.ts';
import { attr, child, text, write } from './stanza.ts';
import { XmlStream } from './xml-stream.ts';
import type { Element } from './xml-stream.ts';

const sasl = 'urn:ietf:params:xml:ns:xmpp-sasl';
const bind = 'urn:ietf:params:xml:ns:xmpp-bind';

/** A person's app, as far as a test needs one (RFC 6120, client streams; SASL PLAIN in the clear, which is for loopback). */
export interface Client {
  jid: string;
  /** Every stanza that came since the stream was bound, oldest first. */
  seen: Element[];
  send(...stanzas: string[]): void;
  /** The first stanza for which `holds`, waiting for it; rejects after 10 s. */
  until(holds: (stanza: Element) => boolean): Promise<Element>;
  close(): Promise<void>;
}

export async function logIn(port: number, name: string, resource = 'phone'): Promise<Client> {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  let stream = new XmlStream();
  const seen: Element[] = [];
  socket.on('data', (chunk: Buffer) => {
    for (const event of stream.push(chunk)) if (event.type === 'stanza') seen.push(event.element);
  });
  socket.on('error', () => {});
  const until: Client['until'] = async (holds) => {
    for (const endMs = Date.now() + 10_000; ; await sleep(10)) {
      const found = seen.find(holds);
      if (found) return found;
      if (Date.now() > endMs)
        throw new Error(`waited 10000 ms for a stanza: ${JSON.stringify(seen.map(shown))}`);
    }
  };
  const begin = (): void => {
    stream = new XmlStream();
    socket.write(
      `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='${domains.people}' version='1.0'>`,
    );
  };
  begin();
  await until((stanza) => stanza.name === 'features');
  const plain = Buffer.from(`\0${name}\0${password}`).toString('base64');
  socket.write(write('auth', { xmlns: sasl, mechanism: 'PLAIN' }, text(plain)));
  await until((stanza) => stanza.name === 'success');
  seen.length = 0;
  begin();
  await until((stanza) => child(stanza, 'bind', bind) !== undefined);
  socket.write(
    write(
      'iq',
      { type: 'set', id: 'bind' },
      write('bind', { xmlns: bind }, write('resource', {}, text(resource))),
    ),
  );
  await until((stanza) => stanza.name === 'iq' && attr(stanza, 'id') === 'bind');
  // who asks for the list of contacts is told of changes to it
  const roster = write('query', { xmlns: 'jabber:iq:roster' });
  socket.write(write('iq', { type: 'get', id: 'roster' }, roster) + write('presence'));
  await until((stanza) => stanza.name === 'presence');
  seen.length = 0;
  return {
    jid: `${name}@${domains.people}/${resource}`,
    seen,
    send: (...stanzas) => void socket.write(stanzas.join('')),
    until,
    async close() {
      if (socket.destroyed) return;
      socket.end('</stream:stream>');
      const closed = once(socket, 'close');
      socket.resume();
      setTimeout(() => socket.destroy(), 2000).unref();
      await closed;
    },
  };
}

const shown = ({ name, attrs, children }: Element): unknown => ({
  name,
  ...Object.fromEntries(attrs),
  children: children.map((each) => [each.name, each.text]),
});
