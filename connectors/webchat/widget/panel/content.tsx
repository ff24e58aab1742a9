import type { Action, Card, Content, Media, Money } from '../../../../protocol/content.ts';
import { Icon } from './icons.tsx';
import { Link, safeUrl, Text } from './markdown.tsx';
import type { Words } from './words.ts';

export interface Shown {
  content: Content;
  payloads?: string[] | undefined;
  /** Quick replies can be pressed. */
  open: boolean;
  say: Words;
  locale: string;
  press(title: string, payload?: string): void;
}

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
          {open && (
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
      return <Facts {...shown} />;
  }
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

const money = ({ amount, currency }: Money, locale: string): string => {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
};

const when = (time: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' }).format(new Date(time));

/** Contents that are a few facts and perhaps a link: a place, a person, a parcel, an appointment, a bill. */
function Facts({ content, say, locale }: Shown) {
  switch (content.kind) {
    case 'location': {
      const { latitude, longitude, name, address } = content;
      const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
      return (
        <Sheet
          icon="pin"
          title={name ?? `${latitude}, ${longitude}`}
          lines={[address]}
          link={{ to: map, title: say.map }}
        />
      );
    }
    case 'contact':
      return (
        <>
          {content.contacts.map(({ name, organization, phones = [], emails = [] }) => (
            <Sheet
              icon="person"
              title={name}
              lines={[organization]}
              links={[...phones.map((one) => `tel:${one}`), ...emails.map((one) => `mailto:${one}`)]}
            />
          ))}
        </>
      );
    case 'status':
      return (
        <Sheet
          title={content.subject}
          strong={content.state}
          lines={[content.detail, content.eta && when(content.eta, locale)]}
          link={{ to: content.url, title: say.track }}
        />
      );
    case 'appointment':
      return (
        <Sheet
          title={content.title}
          strong={when(content.start, locale)}
          lines={[content.place]}
          link={{ to: content.url, title: say.track }}
        />
      );
    case 'payment_request':
      return (
        <Sheet
          title={content.description ?? content.reference}
          strong={money(content.amount, locale)}
          lines={[content.description && content.reference]}
          link={{ to: content.url, title: say.pay }}
        />
      );
    case 'order':
    case 'receipt':
      return (
        <Sheet
          title={`${content.kind === 'order' ? say.order : say.receipt} ${content.order_id}`}
          lines={content.items.map(
            (item) =>
              `${item.quantity ?? 1} × ${item.title}${item.price ? ` · ${money(item.price, locale)}` : ''}`,
          )}
          strong={`${say.total} ${money(content.total, locale)}`}
          link={{ to: content.kind === 'receipt' ? content.url : undefined, title: say.track }}
        />
      );
    default:
      return <Text text={content.text ?? ''} />;
  }
}

interface SheetFacts {
  icon?: 'pin' | 'person';
  title: string;
  strong?: string;
  lines: (string | undefined | false)[];
  link?: { to: string | undefined; title: string };
  links?: string[];
}

const Sheet = ({ icon, title, strong, lines, link, links }: SheetFacts) => (
  <div class="card">
    <div class="words">
      <b dir="auto">
        {icon && <Icon name={icon} />}
        {title}
      </b>
      {strong && (
        <span class="strong" dir="auto">
          {strong}
        </span>
      )}
      {lines.filter(Boolean).map((text) => (
        <span dir="auto">{text}</span>
      ))}
      {links?.map((to) => (
        <Link to={to}>{to.slice(to.indexOf(':') + 1)}</Link>
      ))}
    </div>
    {link?.to && (
      <Link class="action" to={link.to}>
        {link.title}
      </Link>
    )}
  </div>
);
