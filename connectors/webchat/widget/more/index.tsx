import type { ContentOf } from '../../../../protocol/content.ts';
import type { Queue } from '../bridge.ts';
import { Shape } from '../panel/content.tsx';
import type { Shown } from '../panel/shown.ts';
import { Facts, money } from './facts.tsx';
import { Form } from './form.tsx';
import css from './more.css';
import { Scale } from './scale.tsx';
import { Ticks } from './ticks.tsx';
import { moreWords } from './words.ts';
import type { MoreWords } from './words.ts';

/** The rest of what the panel can show: questions that take more than one press, a shop's goods, and plain facts. */
function More(shown: Shown) {
  const { content } = shown;
  const said = moreWords[shown.language];
  switch (content.kind) {
    case 'form':
      return <Form {...shown} content={content} said={said} />;
    case 'choice':
      return <Ticks {...shown} content={content} said={said} />;
    case 'survey':
      return <Scale {...shown} content={content} />;
    case 'product':
      return <Shape {...shown} content={asCards(content, shown.locale, said)} />;
    default:
      return <Facts {...shown} said={said} />;
  }
}

/** Goods are cards with a price, and a link where there is one. */
const asCards = (
  { items, text }: ContentOf<'product'>,
  locale: string,
  said: MoreWords,
): ContentOf<'carousel'> => ({
  kind: 'carousel',
  text,
  cards: items.map(({ title, description, price, image, url }) => ({
    title,
    subtitle: [price && money(price, locale), description].filter(Boolean).join('\n') || undefined,
    image,
    actions: url ? [{ type: 'url', title: said.track, url }] : [],
  })),
});

(window.passerelle as Queue | undefined)?.more?.(More, css);
