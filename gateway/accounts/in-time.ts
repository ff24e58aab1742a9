import type { Context } from '../../connectors/contract/index.ts';
import { deadline } from '../../connectors/kit/deadline.ts';

/** A call into a connector that ends in time whatever it does: what is late, or under way when the gateway stops, is `otherwise`. */
export async function inTime<T>(
  context: Context,
  { ms, otherwise }: { ms: number; otherwise: T },
  call: (context: Context) => Promise<T>,
): Promise<T> {
  if (context.signal.aborted) return otherwise;
  const { signal, clear } = deadline(context.signal, ms);
  const ended = new Promise<T>((resolve) => {
    signal.addEventListener('abort', () => resolve(otherwise), { once: true });
  });
  try {
    return await Promise.race([call({ ...context, signal }), ended]);
  } finally {
    clear();
  }
}
