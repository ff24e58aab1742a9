/**
 * The visible part of a reply. A quoted tail is left out only where it is clearly marked, and only if nothing but the quote comes
 * after the mark: answers between the lines are kept whole. A mail that is all quote is kept whole too.
 */
export function visibleReply(text: string): string {
  const lines = text.split('\n');
  const end = tailStart(lines);
  const visible = lines.slice(0, end).join('\n').trimEnd();
  return visible.trim() === '' ? text : visible;
}

/** "On … wrote:" in the languages of the common mail programs; also over two or three lines. */
const attribution =
  /^(?:On|Le|Am|El|Il|Op|Em|Den|Dnia|W dniu)\s.{3,300}(?:wrote|a écrit|schrieb.{0,120}|escribió|ha scritto|schreef.{0,120}|escreveu|skrev.{0,120}|napisał\(?a?\)?)\s*:$/su;

/** The rule above a forwarded or quoted original (Outlook and its kin), which goes on to the end. */
const originalMark =
  /^\s*-{2,}\s*(?:Original Message|Message d'origine|Message d’origine|Ursprüngliche Nachricht|Mensaje original|Messaggio originale|Oorspronkelijk bericht|Mensagem original)\s*-{2,}\s*$/iu;
const originalRule = /^_{10,}\s*$/;
const originalHeader = /^\s*\*?(?:From|De|Von|Da|Van)\s?:\*?\s/iu;

const isQuote = (line: string): boolean => line.startsWith('>');
const isBlank = (line: string): boolean => line.trim() === '';

/** Index of the first line of the quoted tail, or the number of lines if there is none. */
function tailStart(lines: readonly string[]): number {
  const marked = lines.findIndex(
    (line, i) =>
      originalMark.test(line) ||
      (originalRule.test(line) && lines.slice(i + 1, i + 3).some((next) => originalHeader.test(next))),
  );
  if (marked >= 0) return marked;
  let first = lines.length;
  while (first > 0 && (isBlank(lines[first - 1]!) || isQuote(lines[first - 1]!))) first--;
  if (!lines.slice(first).some(isQuote)) return lines.length;
  for (const span of [1, 2, 3]) {
    const from = first - span;
    if (from >= 0 && attribution.test(lines.slice(from, first).join(' ').trim())) return from;
  }
  return first;
}
