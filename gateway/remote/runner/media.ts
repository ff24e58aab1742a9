import type { Account, Connector, Context } from '../../../connectors/contract/index.ts';
import { maxWireBody, maxWireMediaBytes } from '../../../protocol/connector-wire/index.ts';

/** How long fetched bytes are kept for the pieces that the gateway asks for next. */
const keptMs = 60_000;
const keptItems = 4;

type Fetched = Awaited<ReturnType<NonNullable<Connector['media']>['fetch']>>;
interface Wanted {
  account: Account;
  reference: string;
  offset: number;
  max_bytes: number;
}

/** Answers with the piece of a media item that is asked for; fetches the item once for all of them. */
export function mediaPieces(connector: Connector, context: Context): (wanted: Wanted) => Promise<object> {
  const kept = new Map<string, { fetched: Promise<Fetched>; atMs: number }>();
  const fetched = ({ account, reference, max_bytes: wantedBytes }: Wanted): Promise<Fetched> => {
    const key = `${account.id} ${reference}`;
    const known = kept.get(key);
    if (known && context.now() - known.atMs < keptMs) return known.fetched;
    const maxBytes = Math.min(wantedBytes, maxWireMediaBytes);
    const got = connector.media!.fetch(reference, account, { ...context, maxBytes });
    kept.delete(key);
    kept.set(key, { fetched: got, atMs: context.now() });
    for (const oldest of kept.keys()) if (kept.size > keptItems) kept.delete(oldest);
    // what failed is asked for anew
    const forget = () => void (kept.get(key)?.fetched === got && kept.delete(key));
    got.then((one) => one.ok || forget(), forget);
    return got;
  };
  return async (wanted) => {
    if (!connector.media) return { ok: false, permanent: true, reason: 'no_media' };
    const got = await fetched(wanted);
    if (!got.ok) return { ...got, reason: got.reason.slice(0, 200) };
    const piece = got.bytes.subarray(wanted.offset, wanted.offset + maxWireBody);
    return {
      ok: true,
      data: Buffer.from(piece).toString('base64'),
      total: got.bytes.length,
      ...(got.mediaType === undefined ? {} : { media_type: got.mediaType }),
      ...(got.name === undefined ? {} : { name: got.name.slice(0, 240) }),
    };
  };
}

/**
 * The bytes of an outbound media item, from the gateway's own signed address. It may be on loopback, which the connector's HTTP client
 * refuses; the address comes from the gateway, not from a platform or a merchant.
 */
export async function readFromGateway({ url, bytes }: { url: string; bytes: number }): Promise<Uint8Array> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000), redirect: 'error' });
  if (!answer.ok) throw new Error(`the gateway answers ${answer.status} for a media item`);
  const got = new Uint8Array(await answer.arrayBuffer());
  if (got.length !== bytes) throw new Error('a media item came in another size');
  return got;
}
