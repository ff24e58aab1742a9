import type { LiveAccount } from '../accounts/registry.ts';
import type { Nameless } from '../directory/profiles.ts';
import type { BlobStore } from '../media/blobs.ts';
import type { WriteOptions } from '../messages/write.ts';
import type { Suppression } from '../retention/suppression.ts';
import type { Store } from '../store/port.ts';

export interface AcceptOptions extends WriteOptions {
  store: Store;
  blobs: BlobStore;
  /** Told, once durable, that media wait to be fetched. */
  onPendingMedia(): void;
  /** Told, once durable, of messages that came without a name by a connector that can ask for one. */
  onNameless?: ((live: LiveAccount, of: Nameless) => void) | undefined;
  /** What stands of people who were erased. */
  suppression?: Pick<Suppression, 'wroteIn'> | undefined;
}

/** Where an item comes from. */
export interface From {
  live: LiveAccount;
  traceparent: string | undefined;
}
