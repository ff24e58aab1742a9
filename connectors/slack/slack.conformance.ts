import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import { answeringSteps } from '../../test/conformance/steps.ts';
import type { HookRequest } from '../contract/index.ts';
import { hmac } from '../kit/signature.ts';
import { sample } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

const signingSecret = 'conformance-signing-secret';
const signed = (request: HookRequest, secret = signingSecret, atMs = suiteNowMs): HookRequest => {
  const timestamp = String(atMs / 1000);
  const data = Buffer.concat([Buffer.from(`v0:${timestamp}:`), request.body]);
  return {
    ...request,
    headers: {
      ...request.headers,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${hmac('sha256', secret, data).toString('hex')}`,
    },
  };
};

const team = 'T0EXAMPLE1';
const user = 'U0EXAMPLE1';
const event = (of: object, more: object = {}) => ({
  type: 'event_callback',
  team_id: team,
  api_app_id: 'A0EXAMPLE1',
  event_id: 'Ev0EXAMPLE1',
  event_time: 1790000000,
  authorizations: [{ team_id: team, user_id: 'U0EXAMPLEB', is_bot: true }],
  event: of,
  ...more,
});
const text = {
  type: 'message',
  channel: 'D0EXAMPLE1',
  channel_type: 'im',
  user,
  text: 'x',
  ts: '1790000000.000100',
  event_ts: '1790000000.000100',
};
const refusal = (error: string, status = 200) => ({ status, body: { ok: false, error } });

/** What comes before a file is shared. */
const steps: Record<string, object> = {
  'conversations.open': { ok: true, channel: { id: 'D0EXAMPLE1' } },
  'files.getUploadURLExternal': {
    ok: true,
    upload_url: 'http://platform.test/upload/1',
    file_id: 'F0EXAMPLE1',
  },
};

export const spec: ConformanceSpec = {
  connector: answeringSteps(connector, ({ url }) => {
    const body = steps[url.slice(url.lastIndexOf('/') + 1)];
    return body && { status: 200, body };
  }),
  account: {
    id: 'acc_01KAP0000000000000000SLACK',
    merchantId: 'mer_01KAP0000000000000000SLACK',
    test: true,
    config: { team_id: team, base_url: 'http://platform.test/api', files_url: 'https://files.slack.com' },
    credentials: { bot_token: 'xoxb-conformance-token', signing_secret: signingSecret },
    hookUrl: 'https://gateway.test/hooks/slack/acc_01KAP0000000000000000SLACK',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, spec.account)),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'another secret': (request) => signed(request, 'another-secret'),
    'a stale time': (request) => signed(request, signingSecret, suiteNowMs - 301_000),
    'another time': (request) => ({
      ...request,
      headers: { ...request.headers, 'x-slack-request-timestamp': String(suiteNowMs / 1000 - 1) },
    }),
  },
  ignored: {
    'its own echo': event({ ...text, bot_id: 'B0EXAMPLE1', user: 'U0EXAMPLEB' }),
    'its own echo without a bot id': event({ ...text, user: 'U0EXAMPLEB' }),
    'another bot': event({ ...text, subtype: 'bot_message', user: undefined, bot_id: 'B0EXAMPLE2' }),
    'its own edit': event({
      ...text,
      subtype: 'message_changed',
      message: { ...text, text: 'y', bot_id: 'B0EXAMPLE1' },
      previous_message: text,
    }),
    'its own removal': event({
      ...text,
      subtype: 'message_deleted',
      deleted_ts: text.ts,
      previous_message: { ...text, bot_id: 'B0EXAMPLE1' },
    }),
    'the preview of a link': event({
      ...text,
      subtype: 'message_changed',
      message: text,
      previous_message: text,
    }),
    'a message in a channel': event({ ...text, channel: 'C0EXAMPLE1', channel_type: 'channel' }),
    'a notice that somebody joined': event({ ...text, subtype: 'channel_join' }),
    'another workspace': event(text, { team_id: 'T0EXAMPLE2' }),
    'a reaction in a channel': event({
      type: 'reaction_added',
      user,
      reaction: '+1',
      item: { type: 'message', channel: 'C0EXAMPLE1', ts: text.ts },
      event_ts: text.ts,
    }),
    'its own echo of a reaction': event({
      type: 'reaction_added',
      user: 'U0EXAMPLEB',
      reaction: '+1',
      item: { type: 'message', channel: 'D0EXAMPLE1', ts: text.ts },
      event_ts: text.ts,
    }),
    'an unknown event': event({ type: 'something_of_next_year' }),
    'an unknown envelope': { type: 'app_rate_limited', team_id: team, minute_rate_limited: 1518467820 },
  },
  answers: {
    ok: {
      status: 200,
      body: {
        ok: true,
        ts: '1790000000.000200',
        channel: 'D0EXAMPLE1',
        message: { text: 'x' },
        files: [{ id: 'F0EXAMPLE1', title: 'a' }],
      },
    },
    providerIds: ['D0EXAMPLE1:1790000000.000200'],
    unauthorized: refusal('invalid_auth'),
    throttled: { ...refusal('ratelimited', 429), headers: { 'retry-after': '7' }, retryAfterMs: 7000 },
    rejected: [
      { name: 'nobody of that id', ...refusal('channel_not_found'), code: 'address_invalid' },
      { name: 'a member who left', ...refusal('user_disabled'), code: 'unreachable' },
      { name: 'a text too long', ...refusal('msg_too_long'), code: 'content_too_large' },
      { name: 'blocks that are none', ...refusal('invalid_blocks'), code: 'content_refused' },
      { name: 'blocks too long', ...refusal('msg_blocks_too_long'), code: 'content_too_large' },
      { name: 'a thread that is locked', ...refusal('restricted_action_thread_locked'), code: 'blocked' },
      { name: 'an edit that failed inside', ...refusal('update_failed'), code: 'platform_unavailable' },
      { name: 'a token without a scope', ...refusal('missing_scope'), code: 'account_unauthorized' },
      { name: 'a workspace that is gone', ...refusal('account_inactive'), code: 'account_suspended' },
      { name: 'trouble inside', ...refusal('service_unavailable', 503), code: 'platform_unavailable' },
      { name: 'an error of next year', ...refusal('moon_phase'), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: [`slack:${team}/${user}`, `slack:${user}`, `Slack:${team.toLowerCase()}/${user.toLowerCase()}`],
    refused: ['slack:T0EXAMPLE2/U0EXAMPLE1', 'slack:C0EXAMPLE1', 'slack:noa', 'tel:+33639980001'],
    sample: `slack:${team}/${user}`,
  },
  samples: [
    sample.text,
    sample.markdown,
    sample.picture,
    { ...sample.buttons, header: 'Rendez-vous', footer: 'Réponse libre' },
    sample.list,
    sample.picturedCard,
    sample.carousel,
    sample.reaction,
    sample.edit,
    sample.removal,
    {
      kind: 'native',
      connector: 'slack',
      payload: { blocks: [{ type: 'divider' }] },
      text: 'Une ligne',
    },
  ],
};
