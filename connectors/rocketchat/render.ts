import type { Content } from '../../protocol/content.ts';
import type { SendRequest } from '../contract/index.ts';
import { escapeMarkdown } from '../kit/markdown-escape.ts';
import { mediaUrl } from '../kit/media-url.ts';

/** A message without room and id; undefined for what is none. Files go another way. */
export function messageOf({
  part,
  media,
}: Pick<SendRequest, 'part' | 'media'>): Record<string, unknown> | undefined {
  const { content } = part;
  switch (content.kind) {
    case 'text':
      return { msg: content.format === 'markdown' ? content.text : escapeMarkdown(content.text) };
    case 'card':
      return { msg: '', attachments: [card(content, media)] };
    case 'native':
      return content.connector === 'rocketchat' ? content.payload : undefined;
    default:
      return undefined;
  }
}

/** Buttons that answer need an app of Rocket.Chat's; what a card can do without is open addresses. */
function card(
  { card: of }: Extract<Content, { kind: 'card' }>,
  media: SendRequest['media'],
): Record<string, unknown> {
  const image = mediaUrl(of.image, media);
  const actions = (of.actions ?? []).flatMap((action) =>
    action.type === 'url' ? [{ type: 'button', text: action.title, url: action.url }] : [],
  );
  return {
    title: of.title,
    ...(of.subtitle ? { text: escapeMarkdown(of.subtitle) } : {}),
    ...(image ? { image_url: image } : {}),
    ...(actions.length ? { actions } : {}),
  };
}
