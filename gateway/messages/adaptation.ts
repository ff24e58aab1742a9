import { adapt } from '../../protocol/adapt/index.ts';
import type { Adaptation } from '../../protocol/adapt/index.ts';
import type { Content } from '../../protocol/content.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import type { ViewOptions } from './view.ts';

/** The adaptation of a content for an account: the same at the send, in the preview and at each attempt. */
export function adaptFor(
  live: LiveAccount,
  content: Content,
  { messageId, view }: { messageId: string; view: ViewOptions },
): Adaptation {
  return adapt(content, live.connector.manifest.capabilities, {
    messageId,
    connector: live.connector.manifest.name,
    mediaUrl: (mediaId) =>
      `${view.publicUrl()}${view.links.mediaPath(mediaId, view.now() + 30 * 86_400_000)}`,
  });
}
