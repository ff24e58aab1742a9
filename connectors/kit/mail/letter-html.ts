import { mediaText } from '../../../protocol/standalone.ts';
import type { Media } from '../../../protocol/content.ts';
import { escapeHtml, markdownToHtml, textToHtml } from './html.ts';
import { counted } from './letter.ts';
import type { Block, CardBlock, Letter, Line, Link } from './letter.ts';
import { colour, htmlPage } from './page.ts';
import type { Placed } from './pictures.ts';
import type { Tongue } from './words.ts';

export interface HtmlFrame {
  title: string;
  /** Whose letter it is, above its heading. */
  sender: string;
  tongue: Tongue;
  placed: ReadonlyMap<string, Placed>;
  /** JSON-LD, already a script element. */
  markup: string;
  unsubscribeUrl?: string | undefined;
}

/** The letter as HTML: nothing is loaded from anywhere, every text is escaped, every link is one that the schema let in. */
export function letterHtml(letter: Letter, frame: HtmlFrame): string {
  const { title, tongue, markup, sender } = frame;
  const body = [
    sender &&
      `<p class="muted" style="margin:0 0 14px;color:${colour.muted};font-size:14px;font-weight:600" dir="auto">${escapeHtml(sender)}</p>`,
    letter.heading &&
      `<h1 class="text" style="margin:0 0 12px;color:${colour.text};font-size:24px;line-height:1.25;font-weight:700;letter-spacing:-.01em" dir="auto">${escapeHtml(letter.heading)}</h1>`,
    letter.state &&
      `<p style="margin:0 0 18px"><span class="pill" style="display:inline-block;padding:4px 12px;border-radius:999px;background:${colour.tint};color:${colour.onTint};font-size:14px;font-weight:600" dir="auto">${escapeHtml(letter.state)}</span></p>`,
    ...letter.blocks.map((block) => blockHtml(block, frame)),
    unsubscribeFoot(frame),
  ];
  return htmlPage({
    title,
    language: tongue.tag,
    head: markup,
    body: body.filter(Boolean).join('\n'),
    sheet: true,
  });
}

/** The line at the foot of a promotional mail. Outside a sheet it has the reader's own colours: nobody knows what ground is there. */
export function unsubscribeFoot(
  { unsubscribeUrl, tongue: { words } }: Pick<HtmlFrame, 'unsubscribeUrl' | 'tongue'>,
  ground: 'sheet' | 'plain' = 'sheet',
): string {
  if (!unsubscribeUrl) return '';
  const sheet = ground === 'sheet';
  const grey = sheet ? `color:${colour.muted};` : '';
  const line = sheet ? colour.line : 'currentColor';
  return `<p class="muted line" style="${grey}margin:28px 0 0;padding-top:16px;border-top:1px solid ${line};font-size:13px">${escapeHtml(words.promotional)} <a class="muted" style="${grey || 'color:inherit'}" href="${escapeHtml(unsubscribeUrl)}">${escapeHtml(words.unsubscribe)}</a></p>`;
}

function blockHtml(block: Block, frame: HtmlFrame): string {
  switch (block.type) {
    case 'text':
      return textToHtml(block.text);
    case 'markdown':
      return markdownToHtml(block.text);
    case 'amount':
      return `<p class="text" style="margin:4px 0 18px;color:${colour.text};font-size:34px;line-height:1.2;font-weight:700;letter-spacing:-.02em">${escapeHtml(block.text)}</p>`;
    case 'facts':
      return factsHtml(block.facts);
    case 'items':
      return itemsHtml(block, frame);
    case 'card':
      return cardHtml(block.card, frame);
    case 'actions':
      return buttons(block.actions);
  }
}

const factsHtml = (facts: { label: string; text: string }[]): string =>
  `<dl style="margin:0 0 18px">${facts
    .map(
      ({ label, text }) =>
        `<dt class="muted" style="margin:0;color:${colour.muted};font-size:14px">${escapeHtml(label)}</dt><dd class="text" style="margin:0 0 12px;color:${colour.text};font-weight:600" dir="auto">${escapeHtml(text)}</dd>`,
    )
    .join('')}</dl>`;

const buttons = (links: Link[]): string =>
  links.length === 0
    ? ''
    : `<p style="margin:0 0 8px">${links
        .map(
          ({ title, url }, place) =>
            `<a class="button${place === 0 ? '' : ' second'}" style="display:inline-block;margin:4px 0 6px;margin-inline-end:8px;padding:12px 22px;border-radius:9px;font-weight:600;text-decoration:none;${place === 0 ? `background:${colour.accent};color:${colour.onAccent}` : `background:${colour.tint};color:${colour.onTint}`}" href="${escapeHtml(url)}" dir="auto">${escapeHtml(title)}</a>`,
        )
        .join('')}</p>`;

/** A real table, for it is one: what, and how much. Pictures have a column of their own where there are any. */
function itemsHtml({ items, total }: Extract<Block, { type: 'items' }>, frame: HtmlFrame): string {
  const { words } = frame.tongue;
  const pictured = items.some((item) => item.image);
  const span = pictured ? ' colspan="2"' : '';
  const sum = `padding:14px 0 0;color:${colour.text};font-size:18px`;
  return `<table style="width:100%;margin:0 0 20px;border-collapse:collapse">
<thead style="position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0 0 0 0)"><tr><th scope="col"${span}>${escapeHtml(words.item)}</th><th scope="col">${escapeHtml(words.price)}</th></tr></thead>
<tbody>${items.map((item) => itemRow(item, pictured, frame)).join('\n')}</tbody>
<tfoot><tr><th class="text" scope="row"${span} style="${sum};text-align:start">${escapeHtml(words.total)}</th><td class="text" style="${sum};text-align:end;font-weight:700;white-space:nowrap">${escapeHtml(total)}</td></tr></tfoot>
</table>`;
}

function itemRow(item: Line, pictured: boolean, frame: HtmlFrame): string {
  const name = escapeHtml(item.title);
  const title = item.url ? `<a href="${escapeHtml(item.url)}">${name}</a>` : name;
  const { before, amount } = counted(item);
  const description = item.description
    ? `<br><span class="muted" style="color:${colour.muted};font-size:14px">${escapeHtml(item.description)}</span>`
    : '';
  const cell = `padding:12px 0;border-bottom:1px solid ${colour.line};vertical-align:top`;
  const picture = item.image
    ? `<td class="line" style="${cell};width:70px">${pictureHtml(item.image, frame, 'thumbnail')}</td>`
    : '';
  const span = pictured && !item.image ? ' colspan="2"' : '';
  return `<tr>${picture}<td class="line text"${span} style="${cell};color:${colour.text}" dir="auto">${before}<strong style="font-weight:600">${title}</strong>${description}</td><td class="line text" style="${cell};padding-inline-start:16px;text-align:end;white-space:nowrap;color:${colour.text}">${escapeHtml(amount)}</td></tr>`;
}

function cardHtml(card: CardBlock, frame: HtmlFrame): string {
  const inside = [
    card.image && pictureHtml(card.image, frame, 'wide'),
    card.title &&
      `<h2 class="text" style="margin:0 0 4px;color:${colour.text};font-size:18px;line-height:1.3;font-weight:700" dir="auto">${escapeHtml(card.title)}</h2>`,
    card.text && textToHtml(card.text),
    card.amount &&
      `<p class="text" style="margin:0 0 12px;color:${colour.text};font-weight:700">${escapeHtml(card.amount)}</p>`,
    buttons(card.actions),
  ]
    .filter(Boolean)
    .join('\n');
  return card.title === undefined
    ? inside
    : `<div class="card" style="margin:0 0 16px;padding:16px 16px 10px;border:1px solid ${colour.line};border-radius:12px">${inside}</div>`;
}

function pictureHtml(media: Media, { placed }: HtmlFrame, size: 'wide' | 'thumbnail'): string {
  const place = placed.get(media.id ?? '');
  const note = (html: string): string =>
    `<p class="muted" style="margin:0 0 12px;color:${colour.muted};font-size:14px" dir="auto">${html}</p>`;
  switch (place?.how) {
    case 'inline': {
      const box =
        size === 'wide'
          ? 'display:block;width:100%;height:auto;margin:0 0 14px;border-radius:10px'
          : 'display:block;width:56px;height:56px;object-fit:cover;margin:2px 0;border-radius:8px';
      const width = size === 'wide' ? '' : ' width="56" height="56"';
      return `<img src="cid:${escapeHtml(place.cid)}" alt="${escapeHtml(media.alt ?? '')}"${width} style="${box}">`;
    }
    case 'linked':
      return note(`<a href="${escapeHtml(place.url)}">${escapeHtml(mediaText(media))}</a>`);
    case 'attached':
      return note(escapeHtml(mediaText(media)));
    case undefined:
      return '';
  }
}
