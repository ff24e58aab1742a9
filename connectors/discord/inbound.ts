import { languageSchema } from '../../protocol/content.ts';
import type { HookRequest, InboundItem, InboundMessage, InboundSender, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { defined, lineOf, wellFormed } from '../kit/fields.ts';
import { fiveMinutesMs, verifyDiscord } from '../kit/signatures/index.ts';
import type { Verified } from '../kit/signatures/index.ts';
import { atMsOf, messageIdOf, normalise } from './address.ts';
import type { DiscordAccount } from './manifest.ts';
import { attached } from './media.ts';
import { attachmentSchema, interactionSchema } from './wire.ts';
import type { CommandOption, DiscordUser, Interaction } from './wire.ts';

export const verify = (request: HookRequest, { config }: DiscordAccount, nowMs: number): Verified =>
  verifyDiscord(request, config.public_key, { nowMs, toleranceMs: fiveMinutesMs });

export const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });
const done = (items: InboundItem[], answer?: object): Parsed => ({
  ok: true,
  items,
  ...(answer
    ? {
        response: {
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(answer),
        },
      }
    : {}),
});

/** "Interaction Type" and, for the answers that Discord waits three seconds for, "Interaction Callback Type" */
const kinds = { ping: 1, command: 2, component: 3, autocomplete: 4 } as const;
const callbacks = { pong: 1, message: 4, updateLater: 6, completions: 8 } as const;
const ephemeral = 64;

/** Interactions; Webhook Events, which have no id and a type of 0 for their own ping, may be given the same address. */
export function parse(request: HookRequest): Parsed {
  const read = readJsonAs(request.body, interactionSchema);
  if (!read.ok) return read;
  const interaction = read.value;
  if (interaction.id === undefined && interaction.type < 2)
    return { ok: true, items: [ignored('unknown event')], response: { status: 204 } };
  switch (interaction.type) {
    case kinds.ping:
      return done([ignored('a check of the address')], { type: callbacks.pong });
    case kinds.command:
      return done(commandItems(interaction), {
        type: callbacks.message,
        data: { content: '✓', flags: ephemeral },
      });
    case kinds.component:
      return done([pressItem(interaction)], { type: callbacks.updateLater });
    case kinds.autocomplete:
      return done([ignored('a command that is still being typed')], {
        type: callbacks.completions,
        data: { choices: [] },
      });
    default:
      return done([ignored('unknown event')]);
  }
}

export function senderOf(user: DiscordUser | undefined, locale?: string): InboundSender | undefined {
  const address = user && !user.bot ? normalise(`discord:${user.id}`) : undefined;
  if (!address) return undefined;
  const language = languageSchema.safeParse(locale).data;
  return { address, ...defined({ name: lineOf(user?.global_name ?? user?.username, 255), language }) };
}

const userOf = ({ user, member }: Interaction): DiscordUser | undefined => user ?? member?.user;

/** "Application Command Option Type" */
const optionTypes = { attachment: 11 } as const;

/** A command is its name and what was filled in; where that is one text, it is the text. Attached files are messages of their own. */
function commandItems(interaction: Interaction): InboundItem[] {
  const { id, data } = interaction;
  const sender = senderOf(userOf(interaction), interaction.locale);
  if (!id || !data || !sender) return [ignored('no sender')];
  const options = leaves(data.options ?? []);
  const base: Pick<InboundMessage, 'type' | 'sender' | 'atMs'> = {
    type: 'message',
    sender,
    atMs: atMsOf(id),
  };
  const files = options.flatMap(({ type, value }): InboundMessage[] => {
    if (type !== optionTypes.attachment) return [];
    const file = attachmentSchema.safeParse(data.resolved?.attachments?.[String(value)]).data;
    return file ? [{ ...base, providerId: `interaction:${id}:file:${file.id}`, ...attached(file) }] : [];
  });
  const said = options.filter(({ type, value }) => type !== optionTypes.attachment && value !== undefined);
  const words = said.map(({ value }) => String(value)).join(' ');
  const text = lineOf(said.length === 1 ? words : `/${data.name ?? ''} ${words}`.trim(), 65_536);
  const alone = files.length > 0 && said.length === 0;
  return alone || text === undefined || text === '/'
    ? files.length
      ? files
      : [ignored('a command without a name')]
    : [{ ...base, providerId: `interaction:${id}`, content: { kind: 'text', text } }, ...files];
}

const leaves = (options: CommandOption[], depth = 0): CommandOption[] =>
  depth > 3
    ? []
    : options.flatMap((option) => (option.options ? leaves(option.options, depth + 1) : [option]));

function pressItem(interaction: Interaction): InboundItem {
  const { id, data, message } = interaction;
  const sender = senderOf(userOf(interaction), interaction.locale);
  if (!id || !message || !sender) return ignored('no sender');
  const components = message.components?.flatMap((of) => of.components ?? []) ?? [];
  const chosen = data?.values;
  const payload = chosen?.length ? together(chosen) : data?.custom_id;
  if (payload === undefined) return ignored('a press without a value');
  const labels = chosen
    ? components.flatMap(({ options = [] }) => options.filter(({ value }) => chosen.includes(value)))
    : components.filter(({ custom_id }) => custom_id === payload);
  const label = lineOf(labels.flatMap((of) => of.label ?? []).join(', '));
  const target = messageIdOf({ channel: message.channel_id, message: message.id });
  return {
    type: 'message',
    providerId: `${target}:press:${id}`,
    sender,
    content: { kind: 'text', text: label ?? wellFormed(payload, 1024) },
    replyTo: target,
    payload: wellFormed(payload, 1024),
    atMs: atMsOf(id),
  };
}

/** Several options of ours, chosen together, as one payload: `msg_….0` and `msg_….2` are `msg_….0+2`. */
function together(values: string[]): string {
  const [first = ''] = values;
  const question = first.slice(0, first.lastIndexOf('.') + 1);
  const ours = question !== '' && values.every((value) => value.startsWith(question));
  return values.length > 1 && ours
    ? question + values.map((value) => value.slice(question.length)).join('+')
    : first;
}
