import type { Account, Connector, Context } from '../../connectors/contract/index.ts';
import { maxWireBody, mediaReplySchema } from '../../protocol/connector-wire/index.ts';
import { patient } from './asking.ts';
import type { Ask } from './asking.ts';
import { readWire } from './codec.ts';
import { accountToWire } from './sending.ts';

const mediaTimeoutMs = 60_000;
/** A fetch waits this long for an instance to come. */
const mediaPatienceMs = 10_000;

type Fetched = Awaited<ReturnType<NonNullable<Connector['media']>['fetch']>>;

/** Piece by piece, each asked of whichever instance is free: they are the same bytes, wherever they come from. */
export async function fetchMedia(
  ask: Ask,
  reference: string,
  account: Account,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  const { maxBytes, signal } = context;
  const asking = patient(ask, mediaPatienceMs, ['nobody', 'away']);
  const unreadable: Fetched = { ok: false, permanent: false, reason: 'connector_unreadable' };
  const pieces: Buffer[] = [];
  let got = 0;
  let size: number | undefined;
  for (;;) {
    const request = { account: accountToWire(account, context), reference, offset: got, max_bytes: maxBytes };
    const answer = await asking('media', request, { timeoutMs: mediaTimeoutMs, signal });
    if (answer.type !== 'reply') return { ok: false, permanent: false, reason: `connector_${answer.type}` };
    const reply = readWire(answer.payload, mediaReplySchema);
    if (!reply.ok) return unreadable;
    if (!reply.value.ok) return reply.value;
    const { data, total, media_type: mediaType, name } = reply.value;
    if (total > maxBytes) return { ok: false, permanent: true, reason: 'too_large' };
    const piece = Buffer.from(data, 'base64');
    size ??= total;
    got += piece.length;
    if (total !== size || got > total || piece.length > maxWireBody || (piece.length === 0 && got < total))
      return unreadable;
    pieces.push(piece);
    if (got === total)
      return {
        ok: true,
        bytes: new Uint8Array(Buffer.concat(pieces)),
        ...(mediaType === undefined ? {} : { mediaType }),
        ...(name === undefined ? {} : { name }),
      };
  }
}
