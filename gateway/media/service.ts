import type { Context, HttpClient, Log, OutboundMedia } from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import type { AccountRegistry } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events/emit.ts';
import type { MediaRow, Store, Tx } from '../store/port.ts';
import type { BlobStore } from './blobs.ts';

export const maxMediaBytes = 32 * 1024 * 1024;
const retryDelaysMs = [0, 2000, 10_000];
const atOnce = 4;

export interface MediaServiceOptions {
  store: Store;
  clock: Clock;
  http: HttpClient;
  log: Log;
  blobs: BlobStore;
  registry: AccountRegistry;
  emit: Emit;
  /** The signed address of a media item. */
  link(mediaId: string): string;
}

/** A media item that is here. */
export type ReadyMedia = MediaRow & { state: 'ready'; sha256: string; bytes: number; mediaType: string };

/** Fetches what messages refer to: once, under limits and the guard, whether the platform or a merchant named it. */
export class MediaService {
  readonly #o: MediaServiceOptions;
  readonly #fetching = new Map<string, Promise<ReadyMedia | undefined>>();
  readonly #stop = new AbortController();
  #sweeping = false;

  constructor(options: MediaServiceOptions) {
    this.#o = options;
  }

  /** Begins to fetch what waits; called at start and after every commit that left something waiting. */
  sweep(): void {
    if (this.#sweeping || this.#stop.signal.aborted) return;
    this.#sweeping = true;
    void this.#drain()
      .catch((error: unknown) => this.#o.log.error('media.sweep_failed', { error }))
      .finally(() => {
        this.#sweeping = false;
      });
  }

  /** The item once it is here, fetching it now if it must be; undefined if it cannot be had. */
  async ready(mediaId: string): Promise<ReadyMedia | undefined> {
    const row = await this.#o.store.read.media.byId(mediaId);
    if (!row || row.state === 'failed') return undefined;
    return row.state === 'ready' ? (row as ReadyMedia) : this.#fetchOnce(row);
  }

  /** The item as a connector sends it. */
  async outbound(mediaId: string): Promise<OutboundMedia | undefined> {
    const row = await this.ready(mediaId);
    return (
      row && {
        url: this.#o.link(mediaId),
        mediaType: row.mediaType,
        bytes: row.bytes,
        ...(row.name ? { name: row.name } : {}),
        read: () => this.#o.blobs.read(row.sha256),
      }
    );
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#fetching.values());
  }

  async #drain(): Promise<void> {
    for (;;) {
      const rows = await this.#o.store.read.media.pending(50);
      if (rows.length === 0 || this.#stop.signal.aborted) return;
      for (let i = 0; i < rows.length; i += atOnce)
        await Promise.all(rows.slice(i, i + atOnce).map((row) => this.#fetchOnce(row)));
    }
  }

  #fetchOnce(row: MediaRow): Promise<ReadyMedia | undefined> {
    let running = this.#fetching.get(row.id);
    if (!running) {
      running = this.#fetch(row).finally(() => this.#fetching.delete(row.id));
      this.#fetching.set(row.id, running);
    }
    return running;
  }

  async #fetch(row: MediaRow): Promise<ReadyMedia | undefined> {
    for (const delayMs of retryDelaysMs) {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      if (this.#stop.signal.aborted) return undefined;
      const got = await (row.reference === null ? this.#fromUrl(row) : this.#fromPlatform(row));
      if (got.ok) return this.#keep(row, got);
      if (got.permanent) break;
    }
    if (this.#stop.signal.aborted) return undefined;
    await this.#o.store.write(async (tx) => {
      await tx.media.update(row.id, { state: 'failed' });
      const about = await this.#about(tx, row);
      if (about)
        await this.#o.emit(tx, {
          ...about,
          type: 'media.failed',
          data: { media_id: row.id, message_id: about.messageId, failure: failure('media_unavailable') },
        });
    });
    return undefined;
  }

  async #keep(
    row: MediaRow,
    got: { bytes: Uint8Array; mediaType?: string; name?: string },
  ): Promise<ReadyMedia> {
    const blob = await this.#o.blobs.put(got.bytes);
    // what the bytes don't tell, the sender's own word may: it is served as a download either way
    const sniffed =
      blob.mediaType === 'application/octet-stream'
        ? (got.mediaType ?? row.mediaType ?? blob.mediaType)
        : blob.mediaType;
    const change = {
      state: 'ready' as const,
      sha256: blob.sha256,
      bytes: blob.bytes,
      mediaType: sniffed,
      name: row.name ?? got.name?.slice(0, 240) ?? null,
    };
    await this.#o.store.write(async (tx) => {
      // removed while it was fetched: its bytes go too
      if ((await tx.media.byId(row.id))?.state !== 'pending')
        return tx.retention.wantNoMore(blob.sha256, this.#o.clock.now());
      await tx.media.update(row.id, change);
      const about = await this.#about(tx, row);
      if (about)
        await this.#o.emit(tx, {
          ...about,
          type: 'media.ready',
          data: {
            media_id: row.id,
            message_id: about.messageId,
            media_type: sniffed,
            bytes: blob.bytes,
            sha256: blob.sha256,
          },
        });
    });
    return { ...row, ...change };
  }

  /** Whom an event about an item concerns: the message it belongs to, and that message's thread. */
  async #about(tx: Tx, row: MediaRow) {
    const message = row.messageId === null ? undefined : await tx.messages.byId(row.messageId);
    return (
      message && {
        merchantId: row.merchantId,
        conversationId: message.conversationId,
        messageId: message.id,
        channel: message.channel,
        accountId: message.accountId,
        direction: message.direction,
        about: row.id,
      }
    );
  }

  async #fromUrl(row: MediaRow): Promise<Fetched> {
    const result = await this.#o.http.call({
      method: 'GET',
      url: row.sourceUrl ?? '',
      signal: this.#stop.signal,
      timeoutMs: 60_000,
      maxBytes: maxMediaBytes,
    });
    if (result.type !== 'answer')
      return {
        ok: false,
        permanent:
          result.reason === 'guard' || result.reason === 'too_large' || result.reason === 'invalid_url',
      };
    if (result.status !== 200) return { ok: false, permanent: result.status < 500 && result.status !== 429 };
    return { ok: true, bytes: result.body, ...mediaTypeOf(result.headers['content-type']) };
  }

  async #fromPlatform(row: MediaRow): Promise<Fetched> {
    const live = row.accountId === null ? undefined : this.#o.registry.get(row.accountId);
    if (!live?.connector.media || row.reference === null) return { ok: false, permanent: true };
    const { http, log, clock } = this.#o;
    const context: Context & { maxBytes: number } = {
      http,
      log,
      now: clock.now,
      random: clock.random,
      signal: this.#stop.signal,
      maxBytes: maxMediaBytes,
    };
    return live.connector.media.fetch(row.reference, live.account, context);
  }
}

type Fetched =
  | { ok: true; bytes: Uint8Array; mediaType?: string; name?: string }
  | { ok: false; permanent: boolean };

const mediaTypeOf = (header: string | undefined): { mediaType?: string } => {
  const type = header?.split(';')[0]?.trim().toLowerCase();
  return type && /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(type) ? { mediaType: type } : {};
};
