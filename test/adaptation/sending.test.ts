import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compose } from '../../connectors/email/outbound.ts';
import { render as renderSms } from '../../connectors/smpp/outbound.ts';
import { render as renderStanza } from '../../connectors/xmpp/render.ts';
import type { Connector, OutboundMedia, SendOutcome, SendRequest } from '../../connectors/contract/index.ts';
import type { Part } from '../../protocol/adapt/index.ts';
import { mediaIn } from '../../protocol/content-media.ts';
import type { Media } from '../../protocol/content.ts';
import { context } from '../../protocol/adapt/arbitraries.ts';
import { answered, recording, suiteNowMs } from '../conformance/scripted.ts';
import type { ConformanceSpec } from '../conformance/spec.ts';
import { answeringSteps } from '../conformance/steps.ts';
import { memoryHost } from '../memory-host.ts';
import { adaptOn, contentFor, languages, registered } from './registered.ts';

/** What a connector hands over, up to the point where a wire or a socket would be needed. */
type HandOver = (request: SendRequest, spec: ConformanceSpec) => Promise<SendOutcome>;

const made = (result: { ok: boolean; failure?: unknown; outcome?: unknown }): SendOutcome =>
  result.ok
    ? { type: 'sent', providerIds: ['1'] }
    : ((result.outcome ?? { type: 'rejected', failure: result.failure }) as SendOutcome);

/** Those that send through a server or a session of their own: the message as it would go there. */
const ownWays: Record<string, HandOver> = {
  email: async (request, { account }) => made(await compose(request, account as never, suiteNowMs)),
  smpp: (request, { account }) => Promise.resolve(made(renderSms(request, account.config as never))),
  // what is edited or taken back must bear an id of its own
  xmpp: ({ replyTo, ...request }, { account }) => {
    const about = replyTo === undefined ? {} : { replyTo: request.idempotencyKey };
    return Promise.resolve(made(renderStanza({ ...request, ...about }, account.config as never)));
  },
};

/** The platform says yes to everything, so that only the connector itself can refuse. */
function handOver({ manifest, sender, server }: Connector): HandOver {
  const own = ownWays[manifest.name];
  if (own) return own;
  if (sender)
    return (request, { account, answers }) =>
      sender.send(request, account, recording(answered(answers!.ok)).context);
  if (!server) throw new Error(`${manifest.name} has no way to send that this test knows`);
  return async (request, { account }) => {
    const host = memoryHost({ accounts: [account as never], settings: {} });
    const running = await server.start(host as never);
    const outcome = await running.send!(
      request,
      account,
      recording(answered({ status: 200, body: {} })).context,
    );
    await running.stop();
    return outcome;
  };
}

const types: Record<Media['type'], string> = {
  image: 'image/png',
  audio: 'audio/ogg',
  video: 'video/mp4',
  file: 'application/pdf',
  sticker: 'image/webp',
};

function requestFor(part: Part, { addresses, answers }: ConformanceSpec): SendRequest {
  const bytes = new TextEncoder().encode('not really a picture');
  const media = new Map<string, OutboundMedia>();
  for (const { id = '', type, media_type: mediaType = types[type] } of mediaIn(part.content))
    media.set(id, {
      url: `https://gateway.test/media/${id}`,
      // what was fetched tells more than what was said of it
      mediaType: context.mediaBytes?.(id)?.mediaType ?? mediaType,
      bytes: bytes.length,
      read: () => Promise.resolve(bytes),
    });
  const about = 'message_id' in part.content ? { replyTo: answers?.providerIds[0] ?? '1' } : {};
  return {
    messageId: context.messageId,
    idempotencyKey: `${context.messageId}.0`,
    address: addresses.sample,
    part,
    media,
    thread: [],
    ...about,
  };
}

/** Calls that only prepare a send, by the end of their path, where the conformance spec doesn't answer them itself. */
const vkFile = { owner_id: 900100, id: 77 };
const steps: Record<string, Record<string, unknown>> = {
  vk: {
    getMessagesUploadServer: { response: { upload_url: 'http://platform.test/upload' } },
    upload: { server: 1, photo: '[{}]', hash: 'h', file: 'f' },
    'photos.saveMessagesPhoto': { response: [vkFile] },
    'docs.save': { response: { type: 'doc', doc: vkFile } },
  },
  mattermost: { '/reactions': [] },
};
const answerOf = (before: Record<string, unknown>, url: string) => {
  const { pathname } = new URL(url);
  // to set a reaction is the send itself
  const end = Object.keys(before).find((one) => pathname.endsWith(one) && !pathname.endsWith('v4/reactions'));
  return end === undefined ? undefined : { status: 200, body: before[end] };
};

/** Their templates have fields by name and no pictures: what was generated for the others' fits few of them, and is refused. */
const namesFields = new Set(['kakaotalk-infobip', 'wechat']);

const breaksHeader = ({ content }: Part): boolean =>
  content.kind === 'text' && /[\0\r\n]/.test(content.subject ?? '');

describe.each(registered)('%s', (name, connector) => {
  test('takes every part that was adapted for it', async () => {
    const { spec } = (await import(`../../connectors/${name}/${name}.conformance.ts`)) as {
      spec: ConformanceSpec;
    };
    const before = steps[name];
    const send = handOver(
      before ? answeringSteps(connector, ({ url }) => answerOf(before, url)) : spec.connector,
    );
    let handedOver = 0;
    await fc.assert(
      fc.asyncProperty(contentFor(connector), languages, async (content, language) => {
        for (const part of adaptOn(connector, content, { language }).parts) {
          const outcome = await send(requestFor(part, spec), spec);
          // a generated payload is none of the platform's: a connector may say so
          if (part.content.kind === 'native' && outcome.type === 'rejected') continue;
          if (part.content.kind === 'template' && outcome.type === 'rejected' && namesFields.has(name))
            continue;
          // a subject that would break a header is refused, and not mended
          if (breaksHeader(part) && outcome.type === 'rejected') continue;
          expect({ kind: part.content.kind, outcome }).toMatchObject({ outcome: { type: 'sent' } });
          handedOver++;
        }
      }),
      { numRuns: 400 },
    );
    expect(handedOver).toBeGreaterThan(200);
  });
});
