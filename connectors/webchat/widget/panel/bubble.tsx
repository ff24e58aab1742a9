import type { Chat } from './chat.ts';
import { Shape } from './content.tsx';
import { TickMark } from './icons.tsx';
import { Text } from './markdown.tsx';
import { dayLabel } from './rows.ts';
import type { Group, Item } from './rows.ts';
import type { Press } from './shown.ts';
import type { Words } from './words.ts';

interface Drawn {
  chat: Chat;
  say: Words;
  name: string;
  /** A quick reply was pressed: its button is gone, the focus must go somewhere. */
  pressed(): void;
}

export function Bubbles({ group, ...drawn }: Drawn & { group: Group }) {
  const { chat, say, name } = drawn;
  return (
    <>
      {group.day !== undefined && (
        <p class="day">
          <span>{dayLabel(group.day, chat.bridge.locale, say)}</span>
        </p>
      )}
      <div class={`group ${group.own ? 'own' : 'theirs'}`}>
        <span class="hide">{group.own ? say.you : name}</span>
        {group.items.map((item, at) => {
          const next = group.items[at + 1];
          return <Bubble key={item.id} item={item} last={!next || next.tick !== item.tick} {...drawn} />;
        })}
      </div>
    </>
  );
}

function Bubble({ item, last, chat, say, pressed }: Drawn & { item: Item; last: boolean }) {
  const { waiting, tick } = item;
  const wide = /^(carousel|product)$/.test(item.entry?.content.kind ?? '');
  const time = new Intl.DateTimeFormat(chat.bridge.locale, { timeStyle: 'short' }).format(item.atMs);
  return (
    <div class={`message ${wide ? 'wide' : ''}`}>
      <div class={`bubble kind-${item.entry?.content.kind ?? (waiting?.file ? 'media' : 'text')}`}>
        <Said item={item} chat={chat} say={say} pressed={pressed} />
        {item.reaction && <span class="reaction">{item.reaction}</span>}
      </div>
      {tick === 'refused' && waiting && (
        <p class="refused">
          <button type="button" onClick={() => chat.retry(waiting)}>
            {say.retry}
          </button>
          <button type="button" onClick={() => chat.discard(waiting)}>
            {say.discard}
          </button>
        </p>
      )}
      {last && (
        <p class="meta">
          {item.edited && !item.removed && <span>{say.edited}</span>}
          <time dir="auto" dateTime={new Date(item.atMs).toISOString()}>
            {time}
          </time>
          {tick && <TickMark tick={tick} label={say[tick]} />}
        </p>
      )}
    </div>
  );
}

function Said({ item, chat, say, pressed }: Pick<Drawn, 'chat' | 'say' | 'pressed'> & { item: Item }) {
  const { entry, waiting } = item;
  if (item.removed) return <p class="removed">{say.removed}</p>;
  if (waiting?.file) {
    const { type, url, name } = waiting.file;
    return type.startsWith('image/') ? (
      <img class="image" src={url} alt={name} />
    ) : (
      <p class="file">{name}</p>
    );
  }
  if (waiting) return <Text text={waiting.text ?? ''} />;
  if (!entry) return null;
  const { content } = entry;
  const press: Press = (title, payload, values) => {
    chat.say(title, payload, values);
    pressed();
  };
  return (
    <Shape
      content={item.edited ? { kind: 'text', text: item.edited } : content}
      id={entry.message_id}
      payloads={entry.payloads}
      open={item.open}
      say={say}
      language={chat.bridge.language}
      locale={chat.bridge.locale}
      press={press}
    />
  );
}
