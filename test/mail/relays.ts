import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** What a scripted relay answers to each step; `hang up` cuts the line, without a word. */
export interface RelayScript {
  greeting?: string;
  ehlo?: string[];
  auth?: string;
  mail?: string;
  rcpt?: string;
  data?: string;
  /** After the final dot. */
  end?: string;
}

export interface ScriptedRelay {
  port: number;
  /** The command lines that came. */
  commands: string[];
  /** Every mail that came whole, before its answer. */
  mails: string[];
  connections: number;
  script: RelayScript;
  /** Ends every line, as a server does with clients that stay idle. */
  dropLines(): void;
  close(): Promise<void>;
}

export const hangUp = 'hang up';

/** An SMTP relay on loopback that says exactly what it is told to, also what no library would. */
export async function scriptedRelay(script: RelayScript = {}): Promise<ScriptedRelay> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    relay.connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    serve(socket, relay);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const relay: ScriptedRelay = {
    port: (server.address() as AddressInfo).port,
    commands: [],
    mails: [],
    connections: 0,
    script,
    dropLines() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return relay;
}

function serve(socket: Socket, relay: ScriptedRelay): void {
  let buffered = '';
  let inData = false;
  const say = (answer: string): void => {
    if (answer === hangUp) socket.destroy();
    else socket.write(`${answer}\r\n`);
  };
  say(relay.script.greeting ?? '220 relay.example ESMTP');
  socket.on('data', (chunk) => {
    buffered += chunk.toString('latin1');
    for (;;) {
      const end = buffered.indexOf(inData ? '\r\n.\r\n' : '\r\n');
      if (end < 0) return;
      const piece = buffered.slice(0, end);
      buffered = buffered.slice(end + (inData ? 5 : 2));
      if (inData) {
        inData = false;
        relay.mails.push(piece);
        say(relay.script.end ?? '250 2.0.0 queued');
      } else {
        relay.commands.push(piece);
        const answer = answerTo(piece, relay.script);
        inData = answer.startsWith('354');
        say(answer);
      }
    }
  });
}

function answerTo(command: string, script: RelayScript): string {
  const verb = command.slice(0, 4).toUpperCase();
  if (verb === 'EHLO') {
    const lines = ['relay.example', 'ENHANCEDSTATUSCODES', ...(script.ehlo ?? ['DSN'])];
    return lines.map((line, i) => `250${i === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n');
  }
  const said: Record<string, string | undefined> = {
    AUTH: script.auth ?? '235 2.7.0 ok',
    MAIL: script.mail,
    RCPT: script.rcpt,
    DATA: script.data ?? '354 go on',
    STAR: '502 5.5.1 no TLS here',
    QUIT: '221 bye',
  };
  return said[verb] ?? '250 2.0.0 ok';
}
