import { fixtureBody, fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { readJson } from '../kit/body.ts';
import { bike, sample, take } from '../kit/samples.testing.ts';
import { connector } from './index.ts';
import { itemsOf } from './posts.ts';
import { carriedOf } from './press.ts';

const id = (name: string): string => name.padEnd(26, '0');
const noa = id('noa1consumer');
const bot = id('shop1bot');

const account = {
  id: 'acc_01KAP00000000000000MATTERM',
  merchantId: 'mer_01KAP00000000000000MATTERM',
  test: true,
  config: { base_url: 'http://platform.test', bot_id: bot },
  credentials: { token: 'bot-token-of-our-own-0001', action_secret: 'action-secret-of-our-own' },
  hookUrl: 'https://gateway.test/hooks/mattermost/acc_01KAP00000000000000MATTERM',
};

const refused = (status: number, error: string) => ({
  status,
  body: { id: error, message: 'of our own', request_id: '', status_code: status },
});
const listed = (over: object) => {
  const post = { id: id('post9'), create_at: 1, update_at: 1, user_id: noa, message: 'Hello', ...over };
  return { order: [post.id], posts: { [post.id]: post } };
};

/** What is read from the server, and what is sent. `pressSpec` has what the server calls. */
export const spec: ConformanceSpec = {
  connector: { ...connector, hook: undefined } as unknown as ConformanceSpec['connector'],
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  parse: (fixture) => {
    const read = readJson(fixtureBody(fixture));
    return read.ok ? itemsOf(read.value, bot) : [];
  },
  ignored: {
    'its own echo': listed({ user_id: bot }),
    'an unknown event': listed({ type: 'system_join_channel' }),
    'a post without anything': listed({ message: '' }),
    'something else': { order: ['x'], posts: { x: { id: 7 } } },
  },
  answers: {
    ok: {
      status: 201,
      body: { id: id('sent1'), channel_id: id('chan1'), file_infos: [{ id: id('file1') }] },
    },
    providerIds: [id('sent1')],
    unauthorized: refused(401, 'api.context.session_expired.app_error'),
    throttled: {
      status: 429,
      headers: { 'x-ratelimit-reset': '7' },
      body: 'limit exceeded\n',
      retryAfterMs: 7000,
    },
    rejected: [
      {
        name: 'nobody of that id',
        ...refused(404, 'app.user.missing_account.const'),
        code: 'address_invalid',
      },
      { name: 'too long', ...refused(400, 'model.post.is_valid.msg.app_error'), code: 'content_too_large' },
      {
        name: 'no permission',
        ...refused(403, 'api.context.permissions.app_error'),
        code: 'account_unauthorized',
      },
      {
        name: 'nothing it likes',
        ...refused(400, 'api.context.invalid_body_param.app_error'),
        code: 'content_refused',
      },
      {
        name: 'a file too large',
        ...refused(413, 'api.file.upload_file.too_large_detailed.app_error'),
        code: 'content_too_large',
      },
    ],
  },
  addresses: {
    same: [`mattermost:${noa}`, `Mattermost:${noa.toUpperCase()}`],
    refused: ['tel:+15550100', 'mattermost:noa', 'mattermost:@noa', `mattermost:${noa}1`],
    sample: `mattermost:${noa}`,
  },
  samples: [
    sample.text,
    sample.picture,
    sample.buttons,
    { kind: 'card', card: bike(take) },
    sample.reaction,
    sample.edit,
    sample.removal,
    sample.typing,
    { kind: 'native', connector: 'mattermost', payload: { message: ':tada:' }, text: 'Bravo' },
  ],
};

const seal = (request: HookRequest): HookRequest => {
  const read = readJson(request.body);
  const body = (read.ok ? read.value : {}) as {
    user_id: string;
    context: { payload: string; label: string };
  };
  const { payload, label } = body.context;
  const made = carriedOf(payload, label, { userId: body.user_id, secret: account.credentials.action_secret });
  return {
    ...request,
    body: Buffer.from(JSON.stringify({ ...body, context: { ...body.context, ...made } })),
  };
};

const changed = (request: HookRequest, from: string, to: string): HookRequest => ({
  ...request,
  body: Buffer.from(Buffer.from(request.body).toString().replace(from, to)),
});

/** Presses of buttons: the only thing that the server calls us for. */
export const pressSpec: ConformanceSpec = {
  ...spec,
  connector,
  fixtures: new URL('presses/', import.meta.url),
  request: (fixture) => {
    const request = fixtureRequest(fixture, account);
    return fixture.document === 'made by the suite' ? request : seal(request);
  },
  spoil: {
    'another payload': (request) => changed(request, '"payload":"', '"payload":"x'),
    'another user': (request) => changed(request, noa, id('eve1')),
    'no seal': (request) => changed(request, '"seal":"', '"seal_":"'),
  },
  skips: {
    'has a fixture of every kind declared native inbound': 'they are read from the server: see spec',
    'what it need not know is ignored with a reason': 'whatever brings no seal of ours is refused',
    'ignores its own echo': 'a bot presses no buttons',
    'ignores an unknown event': 'whatever brings no seal of ours is refused',
    'refuses a request without a signature': 'the seal is in the body: see the ways to spoil it',
    'refuses a tampered body':
      'the seal covers who pressed and what the button carried, nothing else matters',
    'refuses a stale request': 'a button may be pressed as long as it stands; trigger ids tell presses apart',
  },
};
