import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemProblems } from '../../test/conformance/items.ts';
import { spec } from './discord.conformance.ts';
import { eventItems } from './events.ts';
import { Known } from './known.ts';

const channel = '900100200300400500';
const noa = { id: '700100200300400500', username: 'noa', global_name: null };
const bot = { id: '1100000000000000001', username: 'bot', bot: true };
const sender = { address: 'discord:700100200300400500', name: 'noa' };
const message = (of: object = {}) => ({
  id: '1200000000000000001',
  channel_id: channel,
  author: noa,
  type: 0,
  content: 'Bonjour <:velo:123> <@1100000000000000001>',
  timestamp: '2023-12-20T05:43:00.000000+00:00',
  edited_timestamp: null,
  attachments: [],
  ...of,
});
const file = (id: string, name: string, content_type?: string) => ({
  id,
  filename: name,
  content_type,
  size: 3,
  url: `https://cdn.discordapp.com/attachments/1/2/${name}`,
});
const reaction = (of: object = {}) => ({
  user_id: noa.id,
  channel_id: channel,
  message_id: '1300000000000000001',
  emoji: { id: null, name: '👍' },
  ...of,
});

function known(): Known {
  const made = new Known();
  made.self = bot.id;
  return made;
}
const items = (name: string, data: unknown, of = known()) => eventItems({ name, data, id: 'abc.7' }, of);
const target = `${channel}:1300000000000000001`;

describe('what the gateway tells', () => {
  it('a message is a text, an answer names what it answers', () => {
    expect(
      items(
        'MESSAGE_CREATE',
        message({ type: 19, message_reference: { message_id: '1300000000000000001' } }),
      ),
    ).toEqual([
      {
        type: 'message',
        providerId: `${channel}:1200000000000000001`,
        sender,
        content: { kind: 'text', text: 'Bonjour :velo: @1100000000000000001' },
        replyTo: target,
        atMs: 1_706_172_694_921,
      },
    ]);
  });
  it('files are messages of their own, the first with the text', () => {
    const got = items(
      'MESSAGE_CREATE',
      message({ content: 'Voilà', attachments: [file('1', 'a.jpg', 'image/jpeg'), file('2', 'b.pdf')] }),
    );
    expect(got).toMatchObject([
      { content: { kind: 'media', media: { type: 'image', name: 'a.jpg' }, caption: 'Voilà' } },
      {
        providerId: `${channel}:1200000000000000001:file:2`,
        content: { media: { type: 'file', name: 'b.pdf' } },
      },
    ]);
    expect(got[0]).toMatchObject({
      media: { file: { reference: 'https://cdn.discordapp.com/attachments/1/2/a.jpg' } },
    });
  });
  it('an edit, and not the preview of a link', () => {
    expect(
      items('MESSAGE_UPDATE', message({ edited_timestamp: '2026-11-22T10:00:00+00:00', content: 'Demain' })),
    ).toMatchObject([
      {
        content: { kind: 'edit', text: 'Demain' },
        replyTo: `${channel}:1200000000000000001`,
        atMs: 1_795_341_600_000,
      },
    ]);
    expect(items('MESSAGE_UPDATE', message())).toMatchObject([{ type: 'ignored' }]);
  });
  it('a removal where the conversation is known, and none of our own', () => {
    const of = known();
    const deleted = { id: '1300000000000000001', channel_id: channel };
    expect(items('MESSAGE_DELETE', deleted, of)).toMatchObject([{ type: 'ignored' }]);
    of.learn(channel, noa.id);
    expect(items('MESSAGE_DELETE', deleted, of)).toMatchObject([
      { content: { kind: 'removal' }, replyTo: target },
    ]);
    items('MESSAGE_CREATE', message({ id: '1300000000000000001', author: bot }), of);
    expect(items('MESSAGE_DELETE', deleted, of)).toEqual([{ type: 'ignored', reason: 'own echo' }]);
  });
  it('reactions, each with an id that Discord repeats', () => {
    expect(items('MESSAGE_REACTION_ADD', reaction())).toEqual([
      {
        type: 'message',
        providerId: `${target}:reaction:abc.7`,
        sender: { address: sender.address },
        content: { kind: 'reaction', message_id: '', emoji: '👍' },
        replyTo: target,
      },
    ]);
    expect(items('MESSAGE_REACTION_ADD', reaction({ emoji: { id: '5', name: 'velo' } }))).toMatchObject([
      { content: { emoji: ':velo:' } },
    ]);
    expect(items('MESSAGE_REACTION_REMOVE', reaction())).toMatchObject([{ content: { emoji: '' } }]);
  });
  it.each([
    ['its own echo', 'MESSAGE_CREATE', message({ author: bot })],
    ['another bot', 'MESSAGE_CREATE', message({ author: { ...bot, id: '5' } })],
    ['a message in a server', 'MESSAGE_CREATE', message({ guild_id: '800100200300400500' })],
    [
      'its own edit',
      'MESSAGE_UPDATE',
      message({ author: bot, edited_timestamp: '2026-11-22T10:00:00+00:00' }),
    ],
    ['its own reaction', 'MESSAGE_REACTION_ADD', reaction({ user_id: bot.id })],
    ['a pin', 'MESSAGE_CREATE', message({ type: 6 })],
    ['an unknown event', 'SOMETHING_OF_NEXT_YEAR', {}],
    ['an event that cannot be read', 'MESSAGE_CREATE', { id: 'x' }],
    ['a name of Object', 'constructor', {}],
  ])('%s is ignored', (_, name, data) => expect(items(name, data)).toMatchObject([{ type: 'ignored' }]));

  it('whatever it tells gives sound items', () => {
    const anything = fc.oneof(
      fc.anything(),
      fc
        .record({
          field: fc.constantFrom('id', 'author', 'content', 'attachments', 'type'),
          to: fc.anything(),
        })
        .map(({ field, to }) => message({ [field]: to })),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('MESSAGE_CREATE', 'MESSAGE_UPDATE', 'MESSAGE_DELETE', 'MESSAGE_REACTION_ADD'),
        anything,
        (name, data) => {
          expect(itemProblems(spec, items(name, data))).toEqual([]);
        },
      ),
    );
  });
});
