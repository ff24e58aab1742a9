import type { Capabilities, Limit } from '../capabilities.ts';
import type { ContentOf, Option } from '../content.ts';
import { optionPayload } from '../questions.ts';
import { cutWithEllipsis, splitText } from '../text/split.ts';
import { fits } from '../text/units.ts';
import { isNative, lose, numberingOf, payloadsOf, push, room, say, shortened, textPieces } from './draft.ts';
import type { Draft } from './draft.ts';
import { numberedLine } from './numbering.ts';
import { phrasesIn } from './phrases.ts';

/** A question to be shown: a choice, the replies of a card, the steps of a survey. */
export interface Ask extends Omit<ContentOf<'choice'>, 'kind'> {
  /** The options' places in the message's question. */
  places: number[];
}

type Look = 'buttons' | 'list';
interface Fitted {
  look: Look;
  options: Option[];
  /** What the look has no room for, to be said above it. */
  aside: string;
  /** Titles or descriptions had to be shortened. */
  cut: string[];
}

/** Shows a question as buttons, else as a list, else as numbered text. A look that shows all comes before one that shortens. */
export function sayAsk(draft: Draft, ask: Ask): void {
  const { buttons, list, text } = draft.capabilities;
  if (!isNative(draft, 'choice')) return sayNumbered(draft, ask);
  if (!buttons && !list) return sayPressable(draft, ask, { body: text, cut: [] });
  const listFirst =
    ask.style === 'list' || (ask.style === undefined && ask.options.some((option) => option.description));
  const looks: Look[] = listFirst ? ['list', 'buttons'] : ['buttons', 'list'];
  const fitted = looks.flatMap((look) => fit(draft, ask, look) ?? []);
  const best = fitted.find((candidate) => candidate.cut.length === 0) ?? fitted[0];
  if (!best) return sayNumbered(draft, ask);
  const { look, options, aside, cut } = best;
  const button =
    look === 'list' && ask.button ? { button: label(ask.button, list!.button, cut, 'button') } : {};
  const said = { text: [ask.text, aside].filter(Boolean).join('\n\n'), options, style: look, ...button };
  const { button: _, ...rest } = ask;
  sayPressable(draft, { ...rest, ...said }, { ...draft.capabilities[look]!, cut });
}

/** The options as they would stand in a look; undefined if it can't hold them all, apart from each other. */
function fit(draft: Draft, ask: Ask, look: Look): Fitted | undefined {
  const limits = draft.capabilities[look];
  const longest = optionPayload(draft.context.messageId, Math.max(0, ...ask.places));
  if (!limits || ask.options.length > limits.max || !fits(longest, limits.payload)) return undefined;
  if ((ask.max_choices ?? 1) > 1 && !limits.multiple) return undefined;
  const cut: string[] = [];
  const options = ask.options.map((option) =>
    look === 'list'
      ? listRow(option, draft.capabilities.list!, cut)
      : { id: option.id, title: label(option.title, limits.label, cut) },
  );
  if (new Set(options.map((option) => option.title)).size < options.length) return undefined;
  const described = look === 'buttons' ? ask.options.filter((option) => option.description) : [];
  const aside = described.map((option) => `${option.title} - ${option.description}`).join('\n');
  return { look, options, aside, cut };
}

function label(title: string, limit: Limit, cut: string[], what = 'options'): string {
  if (fits(title, limit)) return title;
  if (!cut.includes(what)) cut.push(what);
  return cutWithEllipsis(title, limit);
}

/** A title too long for its row stands whole in the description, where that is free. */
function listRow(option: Option, limits: NonNullable<Capabilities['list']>, cut: string[]): Option {
  const { id, title, description } = option;
  if (!description && !fits(title, limits.label) && fits(title, limits.description))
    return { id, title: cutWithEllipsis(title, limits.label), description: title };
  const row = { id, title: label(title, limits.label, cut) };
  if (!description) return row;
  return { ...row, description: label(description, limits.description, cut, 'descriptions') };
}

interface Frame {
  body: Limit;
  header?: Limit | undefined;
  footer?: Limit | undefined;
  /** What was shortened to fit. */
  cut: string[];
}

const keeps = (line: string | undefined, limit: Limit | undefined) => line && limit && fits(line, limit);

/** One choice, and before it what its body can't hold. Header and footer fold into the text where the channel has no room of their own. */
function sayPressable(draft: Draft, ask: Ask, frame: Frame): void {
  const { places, header, footer, text, ...rest } = ask;
  const ownFooter = keeps(footer, frame.footer);
  const below = [text, ownFooter ? '' : footer].filter(Boolean).join('\n\n');
  // what is said beforehand stands under the header, so that a header of the choice's own would come too late
  const ownHeader = keeps(header, frame.header) && fits(below, frame.body);
  const own = { ...(ownHeader ? { header } : {}), ...(ownFooter ? { footer } : {}) };
  const full = [ownHeader ? '' : header, below].filter(Boolean).join('\n\n');
  const body = sayAllButLast(draft, full, frame.body);
  for (const what of frame.cut)
    lose(draft, what, 'shortened', 'too long for what can be pressed on this channel');
  push(draft, { kind: 'choice', text: body, ...rest, ...own }, payloadsOf(draft, places));
}

/** Says what goes over a body's limit beforehand, and returns the rest. */
function sayAllButLast(draft: Draft, text: string, limit: Limit): string {
  if (fits(text, limit)) return text;
  if (!isNative(draft, 'text')) return shortened(draft, 'text', text, limit);
  const all = text.trimEnd();
  const last = splitText(all || text, limit).at(-1)!;
  say(draft, (all.endsWith(last) ? all.slice(0, all.length - last.length) : all).trim(), { keep: 1 });
  return last;
}

/** How much of an option's title is shown where even the bare list is too long for all parts. */
const briefTitle: Limit = { max: 40, unit: 'graphemes' };

/** The question and its options as text, less of it the longer it is: descriptions go first, then long titles, then the question's end. */
function sayNumbered(draft: Draft, ask: Ask): void {
  for (const place of ask.places) draft.numbered.add(place);
  const question = [ask.header, ask.text].filter(Boolean).join('\n\n');
  const footer = [several(draft, ask), ask.footer].filter(Boolean).join('\n\n');
  const whole = (lines: string): string => [question, lines, footer].filter(Boolean).join('\n\n');
  const most = room(draft);
  const isWhole = (text: string) => textPieces(draft, text, most).whole;

  const described = whole(
    optionLines(draft, ask, (option) =>
      option.description ? `${option.title} - ${option.description}` : option.title,
    ),
  );
  if (isWhole(described)) return say(draft, described);
  if (ask.options.some((option) => option.description))
    lose(draft, 'descriptions', 'dropped', `it would take more than ${most} parts`);
  const titled = whole(optionLines(draft, ask, (option) => option.title));
  if (isWhole(titled)) return say(draft, titled);
  if (ask.options.some((option) => !fits(option.title, briefTitle)))
    lose(draft, 'options', 'shortened', `it would take more than ${most} parts`);
  const brief = optionLines(draft, ask, (option) => cutTitle(option.title));
  if (isWhole(whole(brief))) return say(draft, whole(brief));
  say(draft, question, { keep: textPieces(draft, brief, most).texts.length });
  say(draft, [brief, footer].filter(Boolean).join('\n\n'));
}

/** How several are answered, where several may be. */
function several({ context }: Draft, { options, max_choices: max = 1 }: Ask): string {
  if (max < 2) return '';
  const said = phrasesIn(context.language);
  return max < options.length ? said.upTo(max) : said.several;
}

const cutTitle = (title: string): string =>
  fits(title, briefTitle) ? title : cutWithEllipsis(title, briefTitle);

function optionLines(draft: Draft, ask: Ask, shown: (option: Option) => string): string {
  const numbers = numberingOf(draft);
  const titles = ask.options.map(shown);
  const lines = titles.map((title, i) => numberedLine(numbers[ask.places[i]!]!, title));
  // numbers that speak for themselves (a scale) need no line each
  return lines.every((line, i) => line === titles[i]) ? lines.join(' / ') : lines.join('\n');
}
