import { WebSocket } from 'ws';
import { until } from '../../gateway/ports.ts';

/** A WebSocket that speaks JSON, with everything that came. */
export interface Frames<In, Out> {
  came: In[];
  says(frame: Out): void;
  /** The first frame that fits, waiting for it. */
  frame<T extends In>(what: string, fits: (frame: In) => frame is T): Promise<T>;
  close(): void;
}

export async function openFrames<In, Out>(
  url: string,
  { origin, onFrame }: { origin?: string; onFrame?: (frame: In) => void } = {},
): Promise<Frames<In, Out>> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), origin === undefined ? {} : { origin });
  const came: In[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString('utf8')) as In;
    came.push(frame);
    onFrame?.(frame);
  });
  return {
    came,
    says: (frame) => socket.send(JSON.stringify(frame)),
    frame: (what, fits) => until(what, () => came.find(fits)),
    close: () => socket.close(),
  };
}
