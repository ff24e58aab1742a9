import { Agent, WebSocket } from 'undici';
import { guardedConnect } from './guard.ts';
import type { Allowed } from './guard.ts';

const connectWithinMs = 15_000;

/** A WebSocket that a connector holds, as text frames. */
export interface Socket {
  send(text: string): void;
  close(code?: number): void;
  /** Resolves once, when it is gone: with the code that it was closed with (1006 where there was none). */
  readonly closed: Promise<number>;
}

/** Connects through the same guard as every call; rejects if that fails, takes 15 s, or `signal` is aborted before. Frames other than text are dropped. */
export async function openSocket(
  url: string,
  { allowed = [], signal, onText }: { allowed?: Allowed; signal: AbortSignal; onText(text: string): void },
): Promise<Socket> {
  signal.throwIfAborted();
  const agent = new Agent({ connect: guardedConnect(allowed) });
  const socket = new WebSocket(url, { dispatcher: agent });
  const abort = () => socket.close();
  signal.addEventListener('abort', abort);
  const late = setTimeout(abort, connectWithinMs);
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => {
      clearTimeout(late);
      signal.removeEventListener('abort', abort);
      void agent.destroy();
      resolve(code);
    });
  });
  // an error is followed by a close, which says all there is to say
  socket.addEventListener('error', () => undefined);
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') onText(data);
  });
  await Promise.race([
    new Promise<void>((resolve) => socket.addEventListener('open', () => resolve())),
    closed.then((code) => {
      throw new Error(`not connected: ${code}`);
    }),
  ]);
  clearTimeout(late);
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: (code) => socket.close(code),
    closed,
  };
}
