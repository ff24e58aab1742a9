import type { Action, Card, Content, ContentOf, Media, Money } from '../../../protocol/content.ts';
import { standaloneText } from '../../../protocol/standalone.ts';
import { sayMoney, saySpan, sayTime } from './say.ts';
import type { Tongue } from './words.ts';

/**
 * A mail before it is written out. HTML and text are both made from this and nothing else, so that whoever reads the one has read
 * the other.
 */
export interface Letter {
  /** What it is about, on one line: its heading, and the subject of a first mail. */
  heading?: string;
  /** Where it stands: the state of an order or a parcel. */
  state?: string;
  blocks: Block[];
}

export type Block =
  | { type: 'text'; text: string }
  | { type: 'markdown'; text: string }
  /** A sum that is the point of the mail. */
  | { type: 'amount'; text: string }
  | { type: 'facts'; facts: Fact[] }
  | { type: 'items'; items: Line[]; total: string }
  | { type: 'card'; card: CardBlock }
  | { type: 'actions'; actions: Link[] };

export interface Fact {
  label: string;
  text: string;
}

export interface Link {
  title: string;
  url: string;
}

/** One line of an order. `amount` is the price of one piece. */
export interface Line {
  title: string;
  description?: string | undefined;
  quantity: number;
  amount?: string | undefined;
  image?: Media | undefined;
  url?: string | undefined;
}

/** How many stands before the price of one, so that nobody takes it for the price of all; before the name where there is no price. */
export function counted({ quantity, amount }: Line): { before: string; amount: string } {
  const times = quantity === 1 ? '' : `${quantity} × `;
  return amount ? { before: '', amount: times + amount } : { before: times, amount: '' };
}

export interface CardBlock {
  /** Left out where the letter's heading says it. */
  title?: string | undefined;
  text?: string | undefined;
  amount?: string | undefined;
  image?: Media | undefined;
  actions: Link[];
}

/** Kinds that are written as a letter. */
export type LetterContent = ContentOf<
  'card' | 'carousel' | 'product' | 'order' | 'receipt' | 'payment_request' | 'status' | 'appointment'
>;

const kinds: readonly string[] = [
  'card',
  'carousel',
  'product',
  'order',
  'receipt',
  'payment_request',
  'status',
  'appointment',
] satisfies LetterContent['kind'][];

export const isLetterContent = (content: Content): content is LetterContent => kinds.includes(content.kind);

/** The text that the merchant wrote; what the gateway filled in says nothing that the letter does not. */
export const ownText = (content: LetterContent): string | undefined =>
  content.text && content.text !== standaloneText({ ...content, text: '' }) ? content.text : undefined;

function intro(content: LetterContent): Block[] {
  const text = ownText(content);
  return text === undefined ? [] : [{ type: 'text', text }];
}

const facts = (...found: (Fact | false)[]): Block[] => {
  const real = found.filter((fact) => fact !== false);
  return real.length > 0 ? [{ type: 'facts', facts: real }] : [];
};

const button = (title: string, url: string | undefined): Block[] =>
  url ? [{ type: 'actions', actions: [{ title, url }] }] : [];

/** What a content says, in the consumer's language. Total. */
export function letterOf(content: LetterContent, { tag, words }: Tongue): Letter {
  const money = (amount: Money): string => sayMoney(amount, tag);
  switch (content.kind) {
    case 'card':
      return {
        heading: content.card.title,
        blocks: [{ type: 'card', card: { ...cardBlock(content.card), title: undefined } }],
      };
    case 'carousel':
      return {
        blocks: [
          ...intro(content),
          ...content.cards.map((card) => ({ type: 'card' as const, card: cardBlock(card) })),
        ],
      };
    case 'product':
      return productLetter(content, { money, words });
    case 'order':
    case 'receipt':
      return {
        heading: `${words[content.kind]} ${content.order_id}`,
        ...(content.kind === 'order' && content.state ? { state: content.state } : {}),
        blocks: [...intro(content), ...orderBlocks(content, { money, words })],
      };
    case 'payment_request':
      return {
        heading: content.description ?? words.paymentRequest,
        blocks: [
          ...intro(content),
          { type: 'amount', text: money(content.amount) },
          ...facts({ label: words.reference, text: content.reference }),
          ...button(`${words.pay} ${money(content.amount)}`, content.url),
        ],
      };
    case 'status':
      return {
        heading: content.subject,
        state: content.state,
        blocks: [
          ...intro(content),
          ...(content.detail ? [{ type: 'text' as const, text: content.detail }] : []),
          ...facts(content.eta !== undefined && { label: words.expected, text: sayTime(content.eta, tag) }),
          ...button(words.track, content.url),
        ],
      };
    case 'appointment':
      return {
        heading: content.title,
        blocks: [
          ...intro(content),
          ...facts(
            { label: words.when, text: saySpan(content.start, content.end, tag) },
            content.place !== undefined && { label: words.where, text: content.place },
          ),
          ...button(words.view, content.url),
        ],
      };
  }
}

function orderBlocks(content: ContentOf<'order' | 'receipt'>, { money, words }: Sayings): Block[] {
  const items = content.items.map((item) => ({
    title: item.title,
    description: item.description,
    quantity: item.quantity ?? 1,
    amount: item.price && money(item.price),
    image: item.image,
    url: item.url,
  }));
  const paid = content.kind === 'receipt' ? content.payment_method : undefined;
  return [
    { type: 'items', items, total: money(content.total) },
    ...facts(paid !== undefined && { label: words.paidWith, text: paid }),
    ...button(words.view, content.kind === 'receipt' ? content.url : undefined),
  ];
}

const linkOf = (action: Action): Link[] => {
  if (action.type === 'url') return [{ title: action.title, url: action.url }];
  if (action.type === 'call') return [{ title: action.title, url: `tel:${action.phone}` }];
  // replies are questions: the capabilities keep them out of cards
  return [];
};

const cardBlock = (card: Card): CardBlock => ({
  title: card.title,
  text: card.subtitle,
  image: card.image,
  actions: (card.actions ?? []).flatMap(linkOf),
});

interface Sayings {
  money: (amount: Money) => string;
  words: Tongue['words'];
}

/** One product is the letter's subject; several stand under one heading. */
function productLetter(content: ContentOf<'product'>, { money, words }: Sayings): Letter {
  const named = content.items.map((item) => ({
    item,
    ...counted({ title: item.title, quantity: item.quantity ?? 1, amount: item.price && money(item.price) }),
  }));
  const [alone, ...others] = named.map(({ item, before }) => `${before}${item.title}`);
  const cards = named.map(({ item, before, amount }): Block => ({
    type: 'card',
    card: {
      title: others.length > 0 ? `${before}${item.title}` : undefined,
      text: item.description,
      amount,
      image: item.image,
      actions: item.url ? [{ title: words.view, url: item.url }] : [],
    },
  }));
  return {
    heading: others.length > 0 || !alone ? words.product : alone,
    blocks: [...intro(content), ...cards],
  };
}
