import type { Money } from '../../../../protocol/content.ts';
import { Link, Text } from '../panel/markdown.tsx';
import type { Shown } from '../panel/shown.ts';
import type { MoreWords } from './words.ts';

const icons = {
  pin: 'M12 21s7-6.3 7-11.5A7 7 0 0 0 5 9.5C5 14.7 12 21 12 21Zm0-9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8c.6-3.5 3.4-5 7-5s6.4 1.5 7 5',
};

export const money = ({ amount, currency }: Money, locale: string): string => {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
};

const when = (time: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' }).format(new Date(time));

/** Contents that are a few facts and perhaps a link: a place, a person, a parcel, an appointment, a bill. */
export function Facts({ content, locale, said }: Shown & { said: MoreWords }) {
  switch (content.kind) {
    case 'location': {
      const { latitude, longitude, name, address } = content;
      const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
      return (
        <Sheet
          icon="pin"
          title={name ?? `${latitude}, ${longitude}`}
          lines={[address]}
          link={{ to: map, title: said.map }}
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
          link={{ to: content.url, title: said.track }}
        />
      );
    case 'appointment':
      return (
        <Sheet
          title={content.title}
          strong={when(content.start, locale)}
          lines={[content.place]}
          link={{ to: content.url, title: said.track }}
        />
      );
    case 'payment_request':
      return (
        <Sheet
          title={content.description ?? content.reference}
          strong={money(content.amount, locale)}
          lines={[content.description && content.reference]}
          link={{ to: content.url, title: said.pay }}
        />
      );
    case 'order':
    case 'receipt':
      return (
        <Sheet
          title={`${content.kind === 'order' ? said.order : said.receipt} ${content.order_id}`}
          lines={content.items.map(
            (item) =>
              `${item.quantity ?? 1} × ${item.title}${item.price ? ` · ${money(item.price, locale)}` : ''}`,
          )}
          strong={`${said.total} ${money(content.total, locale)}`}
          link={{ to: content.kind === 'receipt' ? content.url : undefined, title: said.track }}
        />
      );
    default:
      return <Text text={content.text ?? ''} />;
  }
}

interface SheetFacts {
  icon?: keyof typeof icons;
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
        {icon && (
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d={icons[icon]} />
          </svg>
        )}
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
