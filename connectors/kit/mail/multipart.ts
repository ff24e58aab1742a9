import type { HookRequest } from '../../contract/index.ts';
import { readForm } from '../form.ts';

type Refusal = { ok: false; status: 400 | 413 | 415; detail: string };

export interface FormFile {
  bytes: Uint8Array;
  name: string;
  mediaType: string;
}

/** A form with files: the first value of each name counts. Maps, so that any name is safe. */
export interface FileForm {
  /** Values as bytes: some senders give each field a charset of its own. */
  fields: ReadonlyMap<string, Uint8Array>;
  files: ReadonlyMap<string, FormFile>;
}

const maxParts = 400;
const maxHeadBytes = 16_384;
const no = (detail: string): Refusal => ({ ok: false, status: 400, detail });

/** A request's form, `multipart/form-data` (RFC 7578) or urlencoded. */
export function readFileForm({ headers, body }: HookRequest): { ok: true; form: FileForm } | Refusal {
  const type = headers['content-type'] ?? '';
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    const read = readForm(body);
    if (!read.ok) return read;
    const fields = Object.entries(read.value).map(
      ([name, value]) => [name, new TextEncoder().encode([value].flat()[0])] as const,
    );
    return { ok: true, form: { fields: new Map(fields), files: new Map() } };
  }
  if (!/^multipart\/form-data\b/i.test(type))
    return { ok: false, status: 415, detail: 'The body is no form.' };
  const boundary = /;\s*boundary=(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/i.exec(type);
  const mark = boundary?.[1] ?? boundary?.[2];
  return mark === undefined ? no('The form names no boundary.') : parts(body, mark);
}

function parts(body: Uint8Array, boundary: string): ReturnType<typeof readFileForm> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const fields = new Map<string, Uint8Array>();
  const files = new Map<string, FormFile>();
  const opening = delimiter.subarray(2);
  let at = bytes.subarray(0, opening.length).equals(opening) ? opening.length : -1;
  if (at < 0) {
    const first = bytes.indexOf(delimiter);
    if (first < 0) return no('The form has no parts.');
    at = first + delimiter.length;
  }
  for (let count = 0; ; count++) {
    if (bytes.subarray(at, at + 2).toString('latin1') === '--') return { ok: true, form: { fields, files } };
    if (count === maxParts) return no(`The form has more than ${maxParts} parts.`);
    // white space may stand behind a boundary (RFC 2046, 5.1.1)
    const start = bytes.indexOf('\r\n', at);
    const headEnd = start < 0 ? -1 : bytes.indexOf('\r\n\r\n', start);
    const end = headEnd < 0 ? -1 : nextDelimiter(bytes, delimiter, headEnd + 2);
    if (end < 0 || headEnd - start > maxHeadBytes) return no('The form ends within a part.');
    take(bytes.subarray(start, headEnd).toString('utf8'), bytes.subarray(Math.min(headEnd + 4, end), end));
    at = end + delimiter.length;
  }

  function take(head: string, value: Buffer): void {
    const disposition = /\r\ncontent-disposition:([^\r\n]*)/i.exec(head)?.[1] ?? '';
    const name = parameter(disposition, 'name');
    if (name === undefined) return;
    const fileName = parameter(disposition, 'filename');
    if (fileName === undefined) {
      if (!fields.has(name)) fields.set(name, new Uint8Array(value));
      return;
    }
    const type = /\r\ncontent-type:([^\r\n;]*)/i.exec(head)?.[1] ?? '';
    if (!files.has(name))
      files.set(name, {
        bytes: new Uint8Array(value),
        name: fileName,
        mediaType: type.trim().toLowerCase(),
      });
  }
}

/** A line that only begins like the boundary is none: behind it come hyphens, white space or the line's end. */
function nextDelimiter(bytes: Buffer, delimiter: Buffer, from: number): number {
  for (let at = bytes.indexOf(delimiter, from); at >= 0; at = bytes.indexOf(delimiter, at + 2)) {
    const behind = bytes.subarray(at + delimiter.length, at + delimiter.length + 2).toString('latin1');
    if (behind === '--' || behind === '\r\n' || /^[ \t]/.test(behind)) return at;
  }
  return -1;
}

/** Quotes and line ends inside a name come percent-encoded (WHATWG HTML, 4.10.21.8), or with a backslash from older senders. */
function parameter(disposition: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.){0,1024})"`, 'i').exec(disposition)?.[1];
  return found
    ?.replaceAll(/\\(["\\])/g, '$1')
    .replaceAll('%22', '"')
    .replaceAll(/%0[DA]/gi, ' ');
}

/** A field as text, in the charset that the sender named; what cannot be decoded is replaced. */
export function textOfField({ fields }: FileForm, name: string, charset = 'utf-8'): string {
  const bytes = fields.get(name) ?? new Uint8Array();
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
