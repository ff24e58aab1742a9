/**
 * NATS subjects: built and parsed here, and nowhere else.
 *
 * Events:  `psr.v1.event.{merchant}.{channel}.{account}.{direction}.{entity}.{action}.{kind}`
 * Sends:   `psr.v1.send.{merchant}.{channel}.{account}`
 * Connectors in other processes: `psr.v1.connector.{connector}.{operation}` (`connector-wire/operations.ts`)
 *
 * A token that doesn't apply is `_`. Tokens never carry an address or content; ids, channel names, event types and content
 * kinds are the only values, so plain wildcards select by merchant, channel, account, direction, type and kind.
 */
const root = 'psr.v1';
const none = '_';

export interface EventSubject {
  merchantId: string;
  channel?: string | undefined;
  accountId?: string | undefined;
  direction?: 'inbound' | 'outbound' | undefined;
  /** An event type such as `message.received`. */
  type: string;
  /** The kind of the content, for `message.received`. */
  kind?: string | undefined;
}

export interface SendSubject {
  merchantId: string;
  channel: string;
  accountId: string;
}

const token = (value: string | undefined): string => {
  if (value === undefined) return none;
  if (!/^[A-Za-z0-9_-]+$/.test(value)) throw new Error(`not a subject token: ${JSON.stringify(value)}`);
  return value;
};

export function eventSubject(of: EventSubject): string {
  const [entity, action] = of.type.split('.');
  return [
    root,
    'event',
    token(of.merchantId),
    token(of.channel),
    token(of.accountId),
    token(of.direction),
    token(entity),
    token(action),
    token(of.kind),
  ].join('.');
}

export const sendSubject = (of: SendSubject): string =>
  [root, 'send', token(of.merchantId), token(of.channel), token(of.accountId)].join('.');

/** The pattern of event subjects, for documents. */
export const eventSubjectPattern = `${root}.event.{merchant}.{channel}.{account}.{direction}.{entity}.{action}.{kind}`;

/** Everything of a stream. */
export const allEvents = `${root}.event.>`;
export const allSends = `${root}.send.>`;

/** What is said between the gateway and one connector in another process. `*` stands for every connector. */
export const connectorSubject = (connector: string, operation: string): string =>
  [root, 'connector', connector === '*' ? connector : token(connector), token(operation)].join('.');

/** The name of the connector in a subject of its own; undefined for any other subject. */
export function connectorOfSubject(subject: string): string | undefined {
  const parts = subject.split('.');
  return parts.length === 5 && subject.startsWith(`${root}.connector.`) ? value(parts[3]) : undefined;
}

/** The NATS user of a connector in another process. */
export const connectorUser = (connector: string): string => `connector-${token(connector)}`;

/** What the subjects of replies to a connector begin with: an inbox that no other connector may listen to. */
export const connectorInbox = (connector: string): string => `_INBOX_${token(connector)}`;

/** What a connector in another process can be asked for. All but `send` are optional abilities. */
export const connectorAbilities = [
  'send',
  'hook',
  'media',
  'probe',
  'setup',
  'teardown',
  'inquire',
  'revoke',
  'reach',
  'profile',
  'templates',
  'capabilities',
  'address',
] as const;

/** What a connector's NATS user may say and hear; besides, it may answer what it was asked (`allow_responses`). */
export const connectorPermissions = (connector: string): { publish: string[]; subscribe: string[] } => ({
  publish: ['register', 'leave', 'accounts', 'accept', 'thread', 'renew', 'exchanges'].map((one) =>
    connectorSubject(connector, one),
  ),
  subscribe: [
    ...['notice', ...connectorAbilities].map((one) => connectorSubject(connector, one)),
    `${connectorInbox(connector)}.>`,
  ],
});

/** The pattern of a connector's subjects, for documents. */
export const connectorSubjectPattern = (operation: string): string =>
  `${root}.connector.{connector}.${operation}`;

/** Every event of one merchant. */
export const eventsOf = (merchantId: string): string => `${root}.event.${token(merchantId)}.>`;

const value = (part: string | undefined): string | undefined => (part === none ? undefined : part);

/** The inverse of `eventSubject`; undefined for any other subject. */
export function parseEventSubject(subject: string): EventSubject | undefined {
  const parts = subject.split('.');
  if (parts.length !== 10 || !subject.startsWith(`${root}.event.`)) return undefined;
  const [, , , merchantId, channel, accountId, direction, entity, action, kind] = parts;
  const way = value(direction);
  if (!merchantId || (way !== undefined && way !== 'inbound' && way !== 'outbound')) return undefined;
  return {
    merchantId,
    channel: value(channel),
    accountId: value(accountId),
    direction: way,
    type: `${entity}.${action}`,
    kind: value(kind),
  };
}
