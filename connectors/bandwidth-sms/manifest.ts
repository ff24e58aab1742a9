import { z } from 'zod';
import { codesMeaning, documentsAt, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';
import { verifyBasic } from '../kit/signatures/index.ts';

const url = (fallback: string) =>
  z
    .url({ protocol: /^https?$/ })
    .max(512)
    .default(fallback);
const time = { path: 'time', format: 'iso' } as const;
/** What Bandwidth is told to sign in with at the hook. */
const user = 'passerelle';
const creds = `<UserId>${user}</UserId><Password>{secret.hook_password}</Password>`;

export const connector = smsConnector({
  name: 'bandwidth-sms',
  title: 'SMS and MMS (Bandwidth)',
  config: smsConfig('https://messaging.bandwidth.com', {
    account_id: z
      .string()
      .regex(/^\d{1,20}$/)
      .describe('Account id'),
    application_id: z.guid().describe('Messaging application that the number belongs to'),
    application_name: z.string().min(1).max(64).default('Passerelle').describe('Name of the application'),
    account_url: url('https://api.bandwidth.com').describe('Address of the account interface'),
    token_url: url('https://api.bandwidth.com/api/v1/oauth2/token').describe('Where access tokens come from'),
  }).required({ sender: true }),
  credentials: secrets({
    client_id: 'Client ID of an API credential with the role Messaging',
    client_secret: 'Client secret of that credential',
    hook_password: `Password (of the user ${user}) that Bandwidth calls the hook with: 16 or more letters of your own`,
  }),
  rate: { perSecond: 1, concurrency: 2 },
  verify: (request, { credentials }) => verifyBasic(request, { user, password: credentials.hook_password }),
  media: { image: { maxBytes: 1_000_000, types: ['image/jpeg', 'image/png', 'image/gif'] } },
  receivesMedia: true,
  dialect: {
    send: {
      path: '/api/v2/users/{config.account_id}/messages',
      auth: {
        type: 'client_credentials',
        url: '{config.token_url}',
        user: '{secret.client_id}',
        password: '{secret.client_secret}',
      },
      body: {
        type: 'json',
        value: {
          applicationId: '{config.application_id}',
          from: '{from}',
          to: ['{to}'],
          text: '{text}',
          media: ['{media_url}'],
          tag: '{id}',
          expiration: '{valid_until}',
        },
      },
      answer: { ids: ['id'], codes: ['type'] },
    },
    receive: {
      format: 'json',
      each: '*',
      events: [
        {
          type: 'receipt',
          when: ['message.id', { path: 'message.direction', in: ['out'] }],
          ids: ['message.id'],
          state: 'type',
          states: codesMeaning(
            'sent: message-sending | delivered: message-delivered | undelivered: message-failed',
          ),
          codes: ['errorCode'],
          at: time,
        },
        {
          type: 'message',
          when: [{ path: 'type', in: ['message-received'] }],
          id: ['message.id'],
          from: 'message.from',
          text: 'message.text',
          media: { url: 'message.media.{n}' },
          at: time,
        },
      ],
    },
    probe: { path: '/api/v2/users/{config.account_id}/media' },
    setup: [
      {
        method: 'PUT',
        base: '{config.account_url}',
        path: '/api/accounts/{config.account_id}/applications/{config.application_id}',
        body: {
          type: 'xml',
          text: `<Application><ServiceType>Messaging-V2</ServiceType><AppName>{config.application_name}</AppName><InboundCallbackUrl>{hook}</InboundCallbackUrl><OutboundCallbackUrl>{hook}</OutboundCallbackUrl><InboundCallbackCreds>${creds}</InboundCallbackCreds><OutboundCallbackCreds>${creds}</OutboundCallbackCreds></Application>`,
        },
      },
    ],
    statuses: { '403': 'account_unauthorized' },
    codes: codesMeaning({
      account_unauthorized: 'unauthorized forbidden 4451 4452 4493',
      address_invalid: '4303 4350 4406 4720',
      unreachable: '4404 4420 4700 4701 4702 4721 4730',
      no_route: '4421 4432',
      expired: '4360',
      blocked: '4482 4753 4772',
      spam_suspected: '4470 4770 4771',
      content_refused: '4301 4412 4712 4752',
      content_too_large: '4411 4711 4751',
      media_unavailable: '4410',
    }),
  },
  documents: documentsAt('https://dev.bandwidth.com/docs', [
    ['Messaging: create message, webhooks', 'messaging', 'v2, read 2026-11-22'],
    ['Messaging errors', 'messaging/errors', 'read 2026-11-22'],
    ['Credential management', 'account/credentials/management', 'read 2026-11-22'],
    ['How to manage applications', 'account/applications', 'read 2026-11-22'],
  ]),
});
