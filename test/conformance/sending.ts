import { z } from 'zod';
import type {
  OutboundMedia,
  OutgoingRequest,
  SendOutcome,
  SendRequest,
} from '../../connectors/contract/index.ts';
import type { Content, Media } from '../../protocol/content.ts';
import { mediaSchema } from '../../protocol/content.ts';
import { failureSchema } from '../../protocol/failures.ts';
import { optionPayload, optionsOf } from '../../protocol/questions.ts';
import { shown, when } from './check.ts';
import { recording, secretsOf } from './scripted.ts';
import type { Recording, Script } from './scripted.ts';
import type { ConformanceSpec } from './spec.ts';

const messageId = 'msg_01KAP00000000000000000TEST';

const mediaTypes: Record<Media['type'], string> = {
  image: 'image/jpeg',
  audio: 'audio/mpeg',
  video: 'video/mp4',
  file: 'application/pdf',
  sticker: 'image/webp',
};

/** The contract's outcome as a schema. */
const outcomeSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('sent'),
    providerIds: z.array(z.string().min(1)),
    state: z.enum(['sent', 'delivered']).optional(),
  }),
  z.strictObject({ type: z.literal('rejected'), failure: failureSchema }),
  z.strictObject({
    type: z.literal('throttled'),
    retryAfterMs: z.number().nonnegative().max(86_400_000).optional(),
    platformCode: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('uncertain'), reason: z.string().min(1) }),
]);

/** A content as the gateway hands it out: every media item with an id, and the bytes behind it. */
function withMedia(content: Content): { content: Content; media: Map<string, OutboundMedia> } {
  const media = new Map<string, OutboundMedia>();
  const walk = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(walk);
    const own = mediaSchema.safeParse(value);
    if (!own.success)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
    const id = own.data.id ?? `med_${media.size}`;
    const url = `https://gateway.test/media/${id}`;
    const bytes = new TextEncoder().encode('not really a picture');
    const { name, media_type: mediaType = mediaTypes[own.data.type] } = own.data;
    media.set(id, {
      url,
      mediaType,
      bytes: bytes.length,
      ...(name ? { name } : {}),
      read: () => Promise.resolve(bytes),
    });
    return { ...own.data, id, url };
  };
  return { content: walk(content) as Content, media };
}

export function sendRequest(spec: ConformanceSpec, sample: Content): SendRequest {
  const { content, media } = withMedia(sample);
  const options = optionsOf(content);
  const about = ['reaction', 'edit', 'removal', 'read'].includes(content.kind)
    ? spec.answers?.providerIds[0]
    : undefined;
  return {
    messageId,
    idempotencyKey: `${messageId}.0`,
    address: spec.addresses.sample,
    part: {
      content,
      ...(options.length ? { payloads: options.map((_, index) => optionPayload(messageId, index)) } : {}),
    },
    media,
    ...(about === undefined ? {} : { replyTo: about }),
    thread: [],
  };
}

/** What the checks of failures send: the plainest sample there is. */
export const plainest = (spec: ConformanceSpec): Content => {
  const sample = spec.samples.find(({ kind }) => kind === 'text') ?? spec.samples[0];
  if (!sample) throw new Error('the spec has no sample');
  return sample;
};

export interface Sent extends Recording {
  outcome: SendOutcome;
  /** What is wrong whatever was sent and answered. */
  problems: string[];
}

/** One send against a script. An exception is a violation, never an outcome. */
export async function send(
  spec: ConformanceSpec,
  script: Script,
  options: { sample?: Content; aborted?: boolean } = {},
): Promise<Sent> {
  const record = recording(script);
  if (options.aborted) record.abort();
  const sample = options.sample ?? plainest(spec);
  const request = sendRequest(spec, sample);
  const outcome = await spec.connector.sender!.send(request, spec.account, record.context);
  return { ...record, outcome, problems: alwaysProblems(spec, { ...record, outcome }, sample) };
}

/** What holds for every send: a sound outcome, calls to the account's own platform only, no secret and no content given away. */
function alwaysProblems(
  spec: ConformanceSpec,
  { outcome, requests, logs }: Recording & { outcome: SendOutcome },
  sample: Content,
): string[] {
  const secrets = secretsOf(spec.account.credentials);
  const untold = secretsOf(without(spec.account.credentials, spec.toldInBodies ?? []));
  const told = `${JSON.stringify(outcome)}`;
  const logged = logs.join('\n');
  const content = [
    spec.addresses.sample,
    spec.addresses.sample.slice(spec.addresses.sample.indexOf(':') + 1),
    sample.text ?? '',
  ].filter((text) => text.length >= 6);
  const parsed = outcomeSchema.safeParse(outcome);
  return [
    ...(parsed.error?.issues ?? []).map(
      (issue) => `outcome ${shown(outcome)}: ${issue.path.join('.')} ${issue.message}`,
    ),
    ...requests.flatMap((request) => originProblems(spec, request)),
    ...secrets.flatMap((secret) => [
      ...when(told.includes(secret), 'a secret stands in the outcome'),
      ...when(logged.includes(secret), 'a secret stands in the log'),
    ]),
    ...requests.flatMap((request) =>
      when(
        untold.some((secret) => bodyText(request).includes(secret)),
        'a secret stands in the body of a call',
      ),
    ),
    ...when(
      content.some((text) => logged.includes(text)),
      'an address or content stands in the log',
    ),
  ];
}

const without = (credentials: unknown, names: readonly string[]): unknown =>
  Object.fromEntries(Object.entries(Object(credentials)).filter(([name]) => !names.includes(name)));

/** Origins of every address in the account's configuration. */
const originsOf = (value: unknown): string[] => {
  if (typeof value === 'string')
    return /^https?:/.test(value) && URL.canParse(value) ? [new URL(value).origin] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(originsOf) : [];
};

export function originProblems({ account }: ConformanceSpec, { url }: OutgoingRequest): string[] {
  const origin = URL.canParse(url) ? new URL(url).origin : url;
  return when(
    !originsOf(account.config).includes(origin),
    `a call goes to ${origin}, which the account does not name`,
  );
}

function bodyText({ json, body }: OutgoingRequest): string {
  if (json !== undefined) return JSON.stringify(json);
  if (body instanceof FormData)
    return [...body.values()].filter((value) => typeof value === 'string').join('\n');
  return body === undefined ? '' : typeof body === 'string' ? body : Buffer.from(body).toString('latin1');
}
