import type { Action, Card, Media } from '../../../../protocol/content.ts';
import { Icon } from './icons.tsx';
import { Link, safeUrl, Text } from './markdown.tsx';
import { loadMore } from './more.ts';
import { isMultiple } from './rows.ts';
import type { Shown } from './shown.ts';
import type { Words } from './words.ts';

/** Draws a content; a kind it doesn't know by the text that stands alone. */
export function Shape(shown: Shown) {
  const { content, payloads, open, say, press } = shown;
  switch (content.kind) {
    case 'text':
      return <Text text={content.text} markdown={content.format === 'markdown'} />;
    case 'media':
      return (
        <>
          <Picture media={content.media} say={say} />
          {content.caption && <Text text={content.caption} />}
        </>
      );
    case 'choice':
      return (
        <>
          {content.header && (
            <p dir="auto">
              <strong>{content.header}</strong>
            </p>
          )}
          <Text text={content.text} />
          {content.footer && (
            <p class="fine" dir="auto">
              {content.footer}
            </p>
          )}
          {open && isMultiple(content) && <Rest {...shown} />}
          {open && !isMultiple(content) && (
            <div
              class={`options ${content.style === 'list' || content.options.some((one) => one.description) ? 'list' : ''}`}
              role="group"
              aria-label={say.answers}
            >
              {content.options.map((option, at) => (
                <button type="button" class="option" onClick={() => press(option.title, payloads?.[at])}>
                  <span dir="auto">{option.title}</span>
                  {option.description && <small dir="auto">{option.description}</small>}
                </button>
              ))}
            </div>
          )}
        </>
      );
    case 'card':
      return <CardBox card={content.card} payloads={payloads} shown={shown} />;
    case 'carousel': {
      let from = 0;
      return (
        <>
          {content.text && <Text text={content.text} />}
          <ul class="carousel" tabIndex={0} aria-label={content.text || say.answers}>
            {content.cards.map((card) => {
              const replies = card.actions?.filter(({ type }) => type === 'reply').length ?? 0;
              from += replies;
              return (
                <li>
                  <CardBox card={card} payloads={payloads?.slice(from - replies, from)} shown={shown} />
                </li>
              );
            })}
          </ul>
        </>
      );
    }
    default:
      return <Rest {...shown} />;
  }
}

/** What a thread seldom has is drawn by a script of its own; until that is here, the text that stands alone. */
function Rest(shown: Shown) {
  const Draw = loadMore();
  const { content } = shown;
  if (Draw) return <Draw {...shown} />;
  return content.kind === 'choice' ? null : <Text text={content.text ?? ''} />;
}

function Picture({ media, say, decorative }: { media: Media; say: Words; decorative?: boolean }) {
  const url = safeUrl(media.url);
  const label = media.alt ?? media.name;
  if (!url)
    return (
      <p class="file">
        <Icon name="file" />
        {label ?? say.file}
      </p>
    );
  switch (media.type) {
    case 'image':
    case 'sticker': {
      const image = (
        <img class={media.type} src={url} alt={media.alt ?? (decorative ? '' : (media.name ?? say.image))} />
      );
      return decorative ? (
        image
      ) : (
        <Link to={url} class="picture">
          {image}
        </Link>
      );
    }
    case 'audio':
      return <audio controls preload="metadata" src={url} aria-label={label ?? say.file} />;
    case 'video':
      return <video controls playsInline preload="metadata" src={url} aria-label={label ?? say.file} />;
    case 'file':
      return (
        <Link to={url} class="file">
          <Icon name="file" />
          <span>
            <b dir="auto">{label ?? say.file}</b>
            {media.bytes ? <small>{sizeOf(media.bytes)}</small> : null}
          </span>
        </Link>
      );
  }
}

const sizeOf = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

function CardBox({ card, payloads, shown }: { card: Card; payloads: string[] | undefined; shown: Shown }) {
  let reply = 0;
  return (
    <div class="card">
      {card.image && <Picture media={card.image} say={shown.say} decorative />}
      <div class="words">
        <b dir="auto">{card.title}</b>
        {card.subtitle && <span dir="auto">{card.subtitle}</span>}
      </div>
      {card.actions?.map((action) => (
        <ActionButton
          action={action}
          payload={action.type === 'reply' ? payloads?.[reply++] : undefined}
          shown={shown}
        />
      ))}
    </div>
  );
}

function ActionButton({
  action,
  payload,
  shown,
}: {
  action: Action;
  payload: string | undefined;
  shown: Shown;
}) {
  if (action.type === 'reply')
    return (
      <button type="button" class="action" onClick={() => shown.press(action.title, payload)}>
        {action.title}
      </button>
    );
  return (
    <Link class="action" to={action.type === 'url' ? action.url : `tel:${action.phone}`}>
      {action.title}
    </Link>
  );
}
