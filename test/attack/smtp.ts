import { connect } from 'node:net';
import { until } from '../gateway/ports.ts';

/** Hands a mail over as raw bytes, dots doubled as RFC 5321, 4.5.2 wants; gives the server's last answer. */
export async function handOver(
  port: number,
  mail: Uint8Array,
  { from, to }: { from: string; to: string },
): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  let closed = false;
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('utf8')));
  socket.on('error', () => {});
  socket.on('close', () => (closed = true));
  const answer = async (): Promise<string> => {
    const lines = await until(
      'an answer of the mail server',
      () => (/^\d{3} .*\r\n$/m.test(heard) || closed) && (heard || 'closed'),
      60_000,
    );
    heard = '';
    return lines.trim().split('\r\n').at(-1)!;
  };
  const stuffed = Buffer.from(mail)
    .toString('latin1')
    .replaceAll(/(^|\r\n)\./g, '$1..');
  try {
    let last = await answer();
    for (const step of [
      'EHLO client.example\r\n',
      `MAIL FROM:<${from}>\r\n`,
      `RCPT TO:<${to}>\r\n`,
      'DATA\r\n',
      Buffer.from(`${stuffed}\r\n.\r\n`, 'latin1'),
    ]) {
      socket.write(step);
      last = await answer();
      if (!/^[23]/.test(last)) break;
    }
    return last;
  } finally {
    socket.destroy();
  }
}
