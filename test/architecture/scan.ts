/** What may stand before a `/` that begins a regular expression; after anything else it divides. */
const beforeRegex =
  /(?:^|[=(,:;!&|?{}[+\-*%~^<>]|=>|\b(?:return|case|typeof|in|of|await|yield|throw|else|do))\s*$/;

interface Piece {
  kind: 'comment' | 'string' | 'regex';
  end: number;
}

/**
 * A lexer of the least sort: it knows comments, strings, templates and regular expressions, and nothing else of the language.
 * Blanking keeps every character in its place, so an index into one text is an index into all three.
 */
export function scan(text: string): { code: string; skeleton: string } {
  let code = '';
  let skeleton = '';
  /** Depths of braces at which an open template goes on. */
  const templates: number[] = [];
  let depth = 0;
  for (let at = 0; at < text.length;) {
    const letter = text[at]!;
    if (letter === '{') depth++;
    if (letter === '}') depth--;
    const resumes = letter === '}' && templates.at(-1) === depth;
    if (resumes) templates.pop();
    if (letter === '`' || resumes) {
      const end = endOfTemplate(text, at + 1);
      const opens = text[end - 1] === '{';
      if (opens) templates.push(depth++);
      code += text.slice(at, end);
      skeleton += blankInside(text.slice(at, end), opens ? 2 : 1);
      at = end;
      continue;
    }
    const piece = pieceAt(text, at, skeleton);
    if (!piece) {
      code += letter;
      skeleton += letter;
      at++;
      continue;
    }
    const whole = text.slice(at, piece.end);
    code += piece.kind === 'comment' ? blank(whole) : whole;
    skeleton += piece.kind === 'comment' ? blank(whole) : blankInside(whole, 1);
    at = piece.end;
  }
  return { code, skeleton };
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

const blankInside = (text: string, tail: number): string => {
  const end = Math.max(1, text.length - tail);
  return text[0] + blank(text.slice(1, end)) + text.slice(end);
};

function pieceAt(text: string, at: number, before: string): Piece | undefined {
  const letter = text[at];
  const until = (found: number): number => (found < 0 ? text.length : found);
  if (letter === "'" || letter === '"') return { kind: 'string', end: endOfQuoted(text, at + 1, letter) };
  if (letter !== '/') return undefined;
  if (text[at + 1] === '/') return { kind: 'comment', end: until(text.indexOf('\n', at)) };
  if (text[at + 1] === '*')
    return { kind: 'comment', end: Math.min(text.length, until(text.indexOf('*/', at + 2)) + 2) };
  return beforeRegex.test(before.slice(-200)) ? { kind: 'regex', end: endOfRegex(text, at + 1) } : undefined;
}

function endOfQuoted(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote || text[at] === '\n') return at + 1;
  }
  return text.length;
}

function endOfTemplate(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '`') return at + 1;
    else if (text[at] === '$' && text[at + 1] === '{') return at + 2;
  }
  return text.length;
}

function endOfRegex(text: string, from: number): number {
  let inClass = false;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '[') inClass = true;
    else if (text[at] === ']') inClass = false;
    else if ((text[at] === '/' && !inClass) || text[at] === '\n') return at + 1;
  }
  return text.length;
}
