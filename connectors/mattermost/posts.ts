import type { InboundItem, InboundMessage, InboundSender } from '../contract/index.ts';
import { emojiNamed } from '../kit/emoji.ts';
import { defined, lineOf, wellFormed } from '../kit/fields.ts';
import { addressOf } from './address.ts';
import { postListSchema, postSchema } from './wire.ts';
import type { Post } from './wire.ts';

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });

/**
 * Items of a list of posts of a direct channel (`GET /channels/{id}/posts?since=`), oldest first. Pure. A post that changed comes as
 * it is now: what was taken in before is known by its id, what is new of it (an edit, a deletion, a reaction) has an id of its own.
 */
export function itemsOf(list: unknown, botId: string): InboundItem[] {
  const read = postListSchema.safeParse(list).data;
  if (!read) return [ignored('no list of posts')];
  return read.order.toReversed().flatMap((id) => {
    const post = Object.hasOwn(read.posts, id) ? postSchema.safeParse(read.posts[id]).data : undefined;
    return post
      ? [...postItems(post, botId), ...reactionItems(post, botId)]
      : [ignored('unknown shape of a post')];
  });
}

function postItems(post: Post, botId: string): InboundItem[] {
  if (post.user_id === botId) return [ignored('own echo')];
  if (post.type) return [ignored('unknown event: a post of the system or of another type')];
  const address = addressOf(post.user_id)!;
  const sender = { address };
  if (post.delete_at) {
    const content = { kind: 'removal' as const, message_id: '' };
    return [
      {
        type: 'message',
        providerId: `${post.id}:deleted`,
        sender,
        content,
        replyTo: post.id,
        atMs: post.delete_at,
      },
    ];
  }
  const automatic = post.props?.['from_bot'] === 'true' || post.props?.['from_webhook'] === 'true';
  const said = messages(post, sender).map((message) => ({ ...message, ...(automatic ? { automatic } : {}) }));
  if (said.length === 0) return [ignored('a post that says nothing')];
  if (!post.edit_at || post.message === '') return said;
  const content = { kind: 'edit' as const, message_id: '', text: wellFormed(post.message) };
  return [
    ...said,
    {
      type: 'message',
      providerId: `${post.id}:edited:${post.edit_at}`,
      sender,
      content,
      replyTo: post.id,
      atMs: post.edit_at,
    },
  ];
}

/** One message for each file; the first carries the words and the id of the post. */
function messages(post: Post, sender: InboundSender): InboundMessage[] {
  const common = {
    type: 'message' as const,
    sender,
    atMs: post.create_at,
    ...(post.root_id ? { replyTo: post.root_id } : {}),
  };
  const text = wellFormed(post.message);
  const files = post.metadata?.files ?? [];
  if (files.length === 0)
    return text === '' ? [] : [{ ...common, providerId: post.id, content: { kind: 'text', text } }];
  return files.map(({ id, name, mime_type: mediaType }, index) => ({
    ...common,
    providerId: index === 0 ? post.id : `${post.id}:file:${index}`,
    content: {
      kind: 'media',
      media: { type: typeOf(mediaType), id: 'file' },
      ...(index === 0 && text !== '' ? { caption: text } : {}),
    },
    media: { file: { reference: id, ...defined({ mediaType, name: lineOf(name, 240) }) } },
  }));
}

function typeOf(mediaType = ''): 'image' | 'audio' | 'video' | 'file' {
  const [type] = mediaType.split('/');
  return type === 'image' || type === 'audio' || type === 'video' ? type : 'file';
}

const reactionItems = (post: Post, botId: string): InboundItem[] =>
  (post.metadata?.reactions ?? [])
    .filter((reaction) => reaction.user_id !== botId)
    .map((reaction) => ({
      type: 'message',
      providerId: `${post.id}:reaction:${reaction.user_id}:${reaction.create_at}`,
      sender: { address: addressOf(reaction.user_id)! },
      content: { kind: 'reaction', message_id: '', emoji: emojiNamed(reaction.emoji_name) },
      replyTo: post.id,
      atMs: reaction.create_at,
    }));
