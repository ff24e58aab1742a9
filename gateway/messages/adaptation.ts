import { adapt } from '../../protocol/adapt/index.ts';
import type { Adaptation } from '../../protocol/adapt/index.ts';
import type { Content } from '../../protocol/content.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import type { MessageExtras } from '../store/port.ts';
import type { ViewOptions } from './view.ts';

export interface AdaptationOf {
  messageId: string;
  view: ViewOptions;
  /** Of the message, as they are kept with it. */
  extras: Pick<MessageExtras, 'language' | 'transliterate'> | null;
}

/** The adaptation of a content for an account: the same at the send, in the preview and at each attempt. */
export function adaptFor(
  live: LiveAccount,
  content: Content,
  { messageId, view, extras }: AdaptationOf,
): Adaptation {
  const { manifest, capabilitiesFor } = live.connector;
  const capabilities = capabilitiesFor?.(content, live.account.config) ?? manifest.capabilities;
  return adapt(content, capabilities, {
    messageId,
    connector: manifest.name,
    language: extras?.language,
    transliterate: extras?.transliterate,
    mediaUrl: (mediaId) =>
      `${view.publicUrl()}${view.links.mediaPath(mediaId, view.now() + 30 * 86_400_000)}`,
  });
}
