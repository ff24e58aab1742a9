import { describe, expect, it } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { answered, recording } from '../../test/conformance/scripted.ts';
import type { OutboundMedia, Part } from '../contract/index.ts';
import { anyMedia, everyPart, notBlank } from '../kit/adapted.testing.ts';
import { requestOf } from '../kit/request.testing.ts';
import { spec } from './discord.conformance.ts';
import { connector } from './index.ts';
import type { DiscordAccount } from './manifest.ts';
import { render } from './render.ts';
import { escaped, fromMarkdown } from './text.ts';

const held: OutboundMedia = {
  url: 'https://gateway.test/media/1',
  mediaType: 'image/png',
  bytes: 3,
  name: '../vélo "x".png',
  read: () => Promise.resolve(Uint8Array.of(1, 2, 3)),
};
const posted = { id: '1300000000000000001', channel_id: '900100200300400500' };

async function send(content: Content, replyTo?: string, body: unknown = posted) {
  const account = { ...(spec.account as DiscordAccount) };
  const { context, requests } = recording(({ url }) =>
    answered({ status: 200, body: url.endsWith('/users/@me/channels') ? { id: posted.channel_id } : body }),
  );
  const request = requestOf(spec, content, { replyTo, held });
  const outcome = await connector.sender!.send(request, account, context);
  const again = () => connector.sender!.send(request, account, context);
  return {
    outcome,
    requests,
    again,
    calls: requests.map(({ method, url }) => `${method} ${url.split('/v10')[1]}`),
  };
}

describe('a send', () => {
  it('opens the conversation once, alarms nobody, and is the same when repeated', async () => {
    const { requests, calls, again } = await send({ kind: 'text', text: '@everyone *2*' });
    await again();
    expect(calls).toEqual(['POST /users/@me/channels', 'POST /channels/900100200300400500/messages']);
    expect(requests).toHaveLength(3);
    expect(requests[1]!.json).toMatchObject({
      content: '@everyone \\*2\\*',
      allowed_mentions: { parse: [] },
      enforce_nonce: true,
    });
    const [first, second] = requests.slice(1).map(({ json }) => (json as { nonce: string }).nonce);
    expect([first, first!.length]).toEqual([second, 25]);
    expect(requests[1]!.headers!['user-agent']).toBe('DiscordBot (https://gateway.test, 0.1)');
  });
  it('names what it answers, in its own conversation only', async () => {
    const reference = async (replyTo: string) =>
      (
        (await send({ kind: 'text', text: 'x' }, replyTo)).requests[1]!.json as {
          message_reference?: unknown;
        }
      ).message_reference;
    expect(await reference('900100200300400500:5:press:7')).toEqual({
      message_id: '5',
      fail_if_not_exists: false,
    });
    expect(await reference('900100200300400501:5')).toBeUndefined();
  });
  it('of a native payload stays silent', async () => {
    const { requests } = await send({
      kind: 'native',
      connector: 'discord',
      payload: { content: '@everyone', allowed_mentions: { parse: ['everyone'] }, flags: 4 },
      text: 'x',
    });
    expect(requests[1]!.json).toMatchObject({ allowed_mentions: { parse: [] } });
    expect(requests[1]!.json).not.toHaveProperty('flags');
  });
  it('of a file is a form; its name gets out of nothing', async () => {
    const { requests } = await send({ kind: 'media', media: { type: 'image', id: 'med_1' }, caption: 'Ici' });
    const form = requests[1]!.body as FormData;
    expect(JSON.parse(form.get('payload_json') as string)).toMatchObject({
      content: 'Ici',
      attachments: [{ id: 0, filename: 'v_lo__x_.png' }],
    });
    const file = form.get('files[0]') as File;
    expect([file.name, file.type, file.size]).toEqual(['v_lo__x_.png', 'image/png', 3]);
  });
  it('whose conversation could not be opened may be repeated', async () => {
    const { context } = recording({ type: 'unknown', reason: 'timeout' });
    const request = requestOf(spec, { kind: 'text', text: 'x' });
    const outcome = await connector.sender!.send(request, { ...spec.account }, context);
    expect(outcome).toMatchObject({ type: 'rejected', failure: { permanent: false } });
  });
});

const about = { message_id: 'msg_1' };
const target = '900100200300400500:1300000000000000001';
const path = '/channels/900100200300400500/messages/1300000000000000001';

describe('what happens to a message', () => {
  it('is one call', async () => {
    expect((await send({ kind: 'edit', text: 'y', ...about }, target)).calls).toEqual([`PATCH ${path}`]);
    expect((await send({ kind: 'removal', ...about }, target)).calls).toEqual([`DELETE ${path}`]);
    expect((await send({ kind: 'reaction', emoji: '❤️', ...about }, target)).calls).toEqual([
      `PUT ${path}/reactions/%E2%9D%A4%EF%B8%8F/@me`,
    ]);
  });
  it('our reaction is taken back by the name that it has', async () => {
    const reactions = [
      { me: false, emoji: { id: null, name: '😂' } },
      { me: true, emoji: { id: '5', name: 'velo' } },
    ];
    const { calls } = await send({ kind: 'reaction', emoji: '', ...about }, target, { ...posted, reactions });
    expect(calls).toEqual([`GET ${path}`, `DELETE ${path}/reactions/velo%3A5/@me`]);
  });
  it.each([undefined, 'nonsense', '1:', '1:../2'])('of %s is refused without a call', async (replyTo) => {
    const { outcome, requests } = await send({ kind: 'removal', ...about }, replyTo);
    expect([outcome.type, requests.length]).toEqual(['rejected', 0]);
  });
});

it('answers Discord as it wants to be answered', () => {
  const answer = (json: object) => {
    const parsed = connector.hook!.parse(
      spec.request!({ name: 'x', document: 'x', request: { json }, items: [] }),
      spec.account,
    );
    return (
      parsed.ok &&
      (parsed.response?.body ? (JSON.parse(parsed.response.body) as unknown) : parsed.response?.status)
    );
  };
  const user = { id: '700100200300400500' };
  expect(answer({ id: '1', type: 1 })).toEqual({ type: 1 });
  expect(answer({ id: '1', type: 2, user, data: { name: 'x' } })).toMatchObject({
    type: 4,
    data: { flags: 64 },
  });
  expect(answer({ id: '1', type: 3, user, data: { custom_id: 'x' } })).toEqual({ type: 6 });
  expect(answer({ id: '1', type: 4, user })).toEqual({ type: 8, data: { choices: [] } });
  expect(answer({ version: 1, type: 0 })).toBe(204);
});

it.each([
  ['a *b* _c_ `d` ~e~ |f| \\', 'a \\*b\\* \\_c\\_ \\`d\\` \\~e\\~ \\|f\\| \\\\'],
  ['https://a.test/b_c_d and x_y', 'https://a.test/b_c_d and x\\_y'],
  ['[a](https://b.test)', '\\[a](https://b.test)'],
  ['<@5> <t:1:R> 3 < 4', '\\<@5> \\<t:1:R> 3 < 4'],
  ['# one\n> two\n- three', '\\# one\n\\> two\n\\- three'],
  ['*'.repeat(1500), '*'.repeat(1500)],
])('plain text %j is written %j', (text, written) => expect(escaped(text)).toBe(written));

it.each([
  ['**b** *i* __b__ ~~s~~ `c`', '**b** *i* **b** ~~s~~ `c`'],
  ['##### h\n![p](https://a.test/x__y__z)', '### h\n[p](https://a.test/x__y__z)'],
  ['a||b||c <@5>', 'a\\|\\|b\\|\\|c \\<@5>'],
])('markdown %j is written %j', (text, written) => expect(fromMarkdown(text)).toBe(written));

it('files are fetched from Discord alone, and never with the token', async () => {
  const { context, requests } = recording(answered({ status: 200, body: 'bytes' }));
  const fetch = (url: string) => connector.media!.fetch(url, spec.account, { ...context, maxBytes: 100 });
  expect(await fetch('https://cdn.discordapp.com/a')).toMatchObject({ ok: true });
  for (const url of ['https://cdn.discordapp.com.example.test/a', 'http://cdn.discordapp.com/a', 'x'])
    expect(await fetch(url)).toMatchObject({ ok: false, permanent: true });
  expect(requests.map(({ headers }) => headers)).toEqual([{}]);
});

/** What Discord would refuse, by the figures of its documents. */
function refusals(value: unknown, found: string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return found;
  const of = value as Record<string, unknown>;
  const size = (name: string): number => String(of[name] ?? '').length;
  const must = (good: boolean, what: string): void =>
    void (good || found.push(`${what}: ${JSON.stringify(of).slice(0, 200)}`));
  if ('embeds' in of || 'content' in of || 'components' in of) {
    must(size('content') <= 2000, 'content');
    must(((of['components'] as unknown[] | undefined) ?? []).length <= 5, 'rows');
  }
  if (of['type'] === 1) must((of['components'] as unknown[]).length <= 5, 'row');
  if (of['type'] === 2)
    must(
      size('label') > 0 && size('label') <= 80 && size('custom_id') <= 100 && size('url') <= 512,
      'button',
    );
  if (of['type'] === 3) {
    const options = of['options'] as { label: string; value: string; description?: string }[];
    must(options.length <= 25 && size('placeholder') <= 150, 'select');
    must(Number(of['max_values']) <= options.length && Number(of['min_values']) >= 1, 'values');
    for (const { label, value: payload, description = '' } of options)
      must(
        label.length > 0 && label.length <= 100 && payload.length <= 100 && description.length <= 100,
        'option',
      );
  }
  if ('title' in of) must(size('title') <= 256 && size('description') <= 4096, 'embed');
  for (const inner of Object.values(of)) refusals(inner, found);
  return found;
}

it('whatever a merchant sends, adapted to the capabilities, keeps to the limits of Discord', async () => {
  const check = (part: Part) => {
    const rendered = render({ part, media: anyMedia });
    expect(rendered.ok, part.content.kind).toBe(true);
    if (rendered.ok) expect(refusals(rendered.message.body)).toEqual([]);
  };
  await everyPart(connector, check, {
    contents: notBlank,
    except: ['native', 'reaction', 'removal', 'typing'],
  });
});
