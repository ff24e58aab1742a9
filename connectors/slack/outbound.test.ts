import { describe, expect, it } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { answered, recording, suiteNowMs } from '../../test/conformance/scripted.ts';
import type { OutboundMedia, OutgoingRequest, Part } from '../contract/index.ts';
import { anyMedia, everyPart, notBlank } from '../kit/adapted.testing.ts';
import { requestOf } from '../kit/request.testing.ts';
import { emojiOf, nameOf } from './emoji.ts';
import { connector } from './index.ts';
import type { SlackAccount } from './manifest.ts';
import { render } from './render.ts';
import { spec } from './slack.conformance.ts';
import { plainOf } from './text.ts';

const account = spec.account as SlackAccount;
const posted = { ok: true, channel: 'D0EXAMPLE1', ts: '1790000000.000200' };
const held: OutboundMedia = {
  url: 'https://gateway.test/media/1',
  mediaType: 'image/png',
  bytes: 3,
  name: 'vélo.png',
  read: () => Promise.resolve(Uint8Array.of(1, 2, 3)),
};

async function send(content: Content, answers: Record<string, unknown> = {}, replyTo?: string) {
  const { context, requests } = recording((request) =>
    answered({ status: 200, body: answers[methodOf(request)] ?? posted }),
  );
  const request = requestOf(spec, content, { replyTo, held });
  const outcome = await connector.sender!.send(request, account, context);
  return { outcome, requests, methods: requests.map(methodOf) };
}
const methodOf = ({ url }: OutgoingRequest) => url.slice(url.lastIndexOf('/') + 1);
const picture: Content = { kind: 'media', media: { type: 'image', id: 'med_1' }, caption: 'Ici <b>' };
const steps = {
  'conversations.open': { ok: true, channel: { id: 'D0EXAMPLE1' } },
  'files.getUploadURLExternal': { ok: true, upload_url: 'http://platform.test/up', file_id: 'F0EXAMPLE1' },
  'files.completeUploadExternal': { ok: true, files: [{ id: 'F0EXAMPLE1' }] },
};

describe('a send', () => {
  it('of plain text shows its marks and alarms nobody', async () => {
    const { requests } = await send({ kind: 'text', text: '*a* <!channel> & <@U1>' });
    expect(requests[0]!.json).toEqual({
      text: '*a* &lt;!channel&gt; &amp; &lt;@U1&gt;',
      mrkdwn: false,
      channel: 'U0EXAMPLE1',
    });
  });
  it('of an answer stands in the thread and in the conversation', async () => {
    const { requests } = await send({ kind: 'text', text: 'x' }, {}, 'D0EXAMPLE1:1790000000.000100:press:7');
    expect(requests[0]!.json).toMatchObject({ thread_ts: '1790000000.000100', reply_broadcast: true });
  });
  it('of a native payload goes to this member and nobody else', async () => {
    const { requests } = await send({
      kind: 'native',
      connector: 'slack',
      payload: { channel: 'C0OTHER', blocks: [] },
      text: 'x',
    });
    expect(requests[0]!.json).toMatchObject({ channel: 'U0EXAMPLE1', blocks: [] });
  });
  it('of a file opens the conversation, uploads without the token, and shares', async () => {
    const { outcome, requests, methods } = await send(picture, steps);
    expect(methods).toEqual([
      'conversations.open',
      'files.getUploadURLExternal',
      'up',
      'files.completeUploadExternal',
    ]);
    expect(requests[1]!.body).toBe('filename=v%C3%A9lo.png&length=3');
    expect(requests[2]!.headers).toEqual({ 'content-type': 'application/octet-stream' });
    expect(requests[3]!.json).toMatchObject({ channel_id: 'D0EXAMPLE1', initial_comment: 'Ici &lt;b&gt;' });
    expect(outcome).toEqual({ type: 'sent', providerIds: ['F0EXAMPLE1'] });
  });
  it('of a file never uploads to somebody else', async () => {
    const elsewhere = { ok: true, upload_url: 'https://slack.com.example.test/up', file_id: 'F0EXAMPLE1' };
    const { outcome, methods } = await send(picture, { ...steps, 'files.getUploadURLExternal': elsewhere });
    expect([outcome.type, methods.length]).toEqual(['rejected', 2]);
  });
  it('of a file whose first steps are lost may be repeated; whose last is lost, not', async () => {
    const lost = async (method: string) => {
      const { context } = recording((request) =>
        methodOf(request) === method
          ? { type: 'unknown', reason: 'timeout' }
          : answered({
              status: 200,
              body: { ...posted, ...(steps as Record<string, object>)[methodOf(request)] },
            }),
      );
      return connector.sender!.send(requestOf(spec, picture, { held }), account, context);
    };
    for (const method of ['conversations.open', 'files.getUploadURLExternal', 'up'])
      expect(await lost(method)).toMatchObject({ type: 'rejected', failure: { permanent: false } });
    expect(await lost('files.completeUploadExternal')).toMatchObject({ type: 'uncertain' });
  });
  it('that Slack may have half done is uncertain', async () => {
    const { outcome } = await send(
      { kind: 'text', text: 'x' },
      { 'chat.postMessage': { ok: false, error: 'fatal_error' } },
    );
    expect(outcome.type).toBe('uncertain');
  });
});

const about = { message_id: 'msg_1' };
const target = 'D0EXAMPLE1:1790000000.000100';

describe('what happens to a message', () => {
  it('is an update, a deletion, a reaction; of a file its deletion', async () => {
    const edit = await send({ kind: 'edit', text: 'y & z', ...about }, {}, target);
    expect([edit.methods, edit.requests[0]!.json]).toEqual([
      ['chat.update'],
      { channel: 'D0EXAMPLE1', ts: '1790000000.000100', text: 'y &amp; z', mrkdwn: false },
    ]);
    expect((await send({ kind: 'removal', ...about }, {}, target)).methods).toEqual(['chat.delete']);
    expect((await send({ kind: 'removal', ...about }, {}, 'F0EXAMPLE1')).methods).toEqual(['files.delete']);
    const { requests } = await send({ kind: 'reaction', emoji: '👍🏽', ...about }, {}, target);
    expect(requests[0]!.json).toMatchObject({ timestamp: '1790000000.000100', name: '+1::skin-tone-4' });
  });
  it('a reaction is taken back by the name that it has', async () => {
    const { methods, requests } = await send(
      { kind: 'reaction', emoji: '', ...about },
      {
        'auth.test': { ok: true, user_id: 'U0EXAMPLEB', team_id: 'T0EXAMPLE1' },
        'reactions.get': {
          ok: true,
          message: {
            reactions: [
              { name: 'joy', users: ['U1'] },
              { name: 'tada', users: ['U1', 'U0EXAMPLEB'] },
            ],
          },
        },
      },
      target,
    );
    expect(methods).toEqual(['auth.test', 'reactions.get', 'reactions.remove']);
    expect(requests[2]!.json).toMatchObject({ name: 'tada' });
  });
  it.each([undefined, 'nonsense', 'D0EXAMPLE1:'])('of %s is refused without a call', async (replyTo) => {
    const { outcome, requests } = await send({ kind: 'removal', ...about }, {}, replyTo);
    expect([outcome.type, requests.length]).toEqual(['rejected', 0]);
  });
  it('there already is no failure', async () => {
    const { outcome } = await send(
      { kind: 'reaction', emoji: '🎉', ...about },
      { 'reactions.add': { ok: false, error: 'already_reacted' } },
      target,
    );
    expect(outcome).toEqual({ type: 'sent', providerIds: [] });
  });
});

it('the token of a file goes to Slack alone', async () => {
  const { context, requests } = recording(
    answered({ status: 200, body: 'bytes', headers: { 'content-type': 'image/png' } }),
  );
  const fetch = (url: string) => connector.media!.fetch(url, account, { ...context, maxBytes: 100 });
  expect(await fetch('https://files.slack.com/files-pri/T0-F0/a.png')).toMatchObject({ ok: true });
  for (const url of [
    'https://files.slack.com.example.test/a',
    'http://files.slack.com/a',
    'https://drive.example.com/a',
  ])
    expect(await fetch(url)).toMatchObject({ ok: false, permanent: true });
  expect(requests).toHaveLength(1);
});

it('a probe tells another workspace', async () => {
  const probe = (team_id: string) =>
    connector.probe!(
      account,
      recording(answered({ status: 200, body: { ok: true, user_id: 'U1', team_id } })).context,
    );
  expect([(await probe('T0EXAMPLE1')).ok, (await probe('T0EXAMPLE2')).ok]).toEqual([true, false]);
});

it('a probe tells when a token that is rotated ends', async () => {
  const body = { ok: true, user_id: 'U1', team_id: 'T0EXAMPLE1', expires_in: 40_000 };
  expect(await connector.probe!(account, recording(answered({ status: 200, body })).context)).toMatchObject({
    ok: true,
    expiresAtMs: suiteNowMs + 40_000_000,
  });
});

it('emoji have one name each, and come back from any', () => {
  for (const [emoji, name] of [
    ['❤', 'heart'],
    ['❤️', 'heart'],
    ['✌🏿', 'v::skin-tone-6'],
    [':velo:', 'velo'],
  ] as const)
    expect(nameOf(emoji)).toBe(name);
  expect([nameOf('🦑'), emojiOf('thumbsup'), emojiOf('constructor'), emojiOf('+1::skin-tone-9')]).toEqual([
    undefined,
    '👍',
    ':constructor:',
    '👍',
  ]);
});

it('a text is read without its markup', () => {
  expect(plainOf('<#C1|general> <!subteam^S1> <tel:+15550100|+15550100> :x: &amp;lt; 10:30:45')).toBe(
    '#general @S1 +15550100 ❌ &lt; 10:30:45',
  );
});

/** What Slack would refuse, by the figures of the Block Kit reference. */
function refusals(value: unknown, found: string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return found;
  const of = value as Record<string, unknown>;
  const size = (part: unknown): number => String((part as { text?: unknown } | undefined)?.text ?? '').length;
  const must = (good: boolean, what: string): void =>
    void (good || found.push(`${what}: ${JSON.stringify(of).slice(0, 200)}`));
  const within = (part: unknown, max: number): boolean =>
    part === undefined || (size(part) > 0 && size(part) <= max);
  if (of['type'] === 'plain_text' || of['type'] === 'mrkdwn') must(within(of, 3000), 'text object');
  if (of['type'] === 'header') must(within(of['text'], 150), 'header');
  if (of['type'] === 'button') {
    must(within(of['text'], 75), 'label');
    must(String(of['value'] ?? '').length <= 2000 && String(of['url'] ?? '').length <= 3000, 'value or url');
  }
  if (of['type'] === 'static_select') {
    const options = of['options'] as Record<string, unknown>[];
    must(within(of['placeholder'], 150) && options.length <= 100, 'select');
    for (const option of options)
      must(
        within(option['text'], 75) &&
          within(option['description'], 75) &&
          String(option['value']).length <= 150,
        'option',
      );
  }
  if (of['type'] === 'actions') {
    const ids = (of['elements'] as { action_id: string }[]).map(({ action_id }) => action_id);
    must(ids.length <= 25 && new Set(ids).size === ids.length, 'actions');
  }
  if (of['type'] === 'card')
    must(
      within(of['title'], 150) && within(of['body'], 200) && ((of['actions'] as unknown[]) ?? []).length <= 3,
      'card',
    );
  if (of['type'] === 'carousel') must((of['elements'] as unknown[]).length <= 10, 'carousel');
  for (const inner of Object.values(of)) refusals(inner, found);
  return found;
}

it('whatever a merchant sends, adapted to the capabilities, keeps to the limits of Slack', async () => {
  const check = (part: Part) => {
    const rendered = render({ part, media: anyMedia });
    expect(rendered, part.content.kind).toBeDefined();
    expect(rendered!.text.length).toBeGreaterThan(0);
    expect(rendered!.text.length).toBeLessThanOrEqual(40_000);
    expect([refusals(rendered!.blocks), (rendered!.blocks ?? []).length <= 50]).toEqual([[], true]);
  };
  await everyPart(connector, check, {
    contents: notBlank,
    except: ['native', 'media', 'reaction', 'removal'],
  });
});
