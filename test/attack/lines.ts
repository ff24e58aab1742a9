import { WebSocket } from 'ws';
import { until } from '../gateway/ports.ts';
import { raw } from './raw.ts';

/** A live client of a page, as far as an attack needs it. */
export interface LiveLine {
  socket: WebSocket;
  /** Every frame that came, as text. */
  came: string[];
  /** The code with which it was closed; 0 while it is open. */
  code(): number;
}

export async function openLine(url: string, origin: string): Promise<LiveLine> {
  const socket = new WebSocket(url, { origin });
  const came: string[] = [];
  let code = 0;
  socket.on('message', (data: Buffer) => came.push(data.toString('utf8')));
  socket.on('close', (closed) => (code = closed));
  socket.on('error', () => {});
  await until('the line to open', () => socket.readyState === WebSocket.OPEN || code !== 0);
  return { socket, came, code: () => code };
}

/** A line of web chat with a thread of its own. */
export async function openThread(hookUrl: string, origin: string): Promise<LiveLine> {
  const session = await raw(`${hookUrl}/session`, {
    body: '{}',
    headers: { origin, 'content-type': 'text/plain' },
  });
  const { token } = JSON.parse(session.text) as { token: string };
  const line = await openLine(`${hookUrl}/socket`.replace('http', 'ws'), origin);
  line.socket.send(JSON.stringify({ type: 'resume', token, after: 0 }));
  return line;
}
