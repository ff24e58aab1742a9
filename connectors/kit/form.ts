type Refusal = { ok: false; status: 400; detail: string };

/** Fields by name; a name that comes several times has a list. Without a prototype, so that any name is safe. */
export type Form = Record<string, string | string[]>;

const maxFields = 1000;

/**
 * Bytes → `application/x-www-form-urlencoded` (WHATWG URL, 5.1), in UTF-8 and strict: what cannot be decoded is refused, never replaced.
 * `latin1` is for senders that escape ISO 8859-1.
 */
export function readForm(
  body: Uint8Array | string,
  charset: 'utf-8' | 'latin1' = 'utf-8',
): { ok: true; value: Form } | Refusal {
  const text = typeof body === 'string' ? body : textOf(body, charset);
  if (text === undefined) return no('The body is not valid UTF-8.');
  const pairs = text.split('&').filter((pair) => pair !== '');
  if (pairs.length > maxFields) return no(`The form has more than ${maxFields} fields.`);
  const form = Object.create(null) as Form;
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = unescaped(at < 0 ? pair : pair.slice(0, at), charset);
    const value = unescaped(at < 0 ? '' : pair.slice(at + 1), charset);
    if (name === undefined || value === undefined) return no('A field of the form is not escaped properly.');
    const before = form[name];
    form[name] = before === undefined ? value : [before, value].flat();
  }
  return { ok: true, value: form };
}

const no = (detail: string): Refusal => ({ ok: false, status: 400, detail });

function textOf(body: Uint8Array, charset: 'utf-8' | 'latin1'): string | undefined {
  if (charset === 'latin1') return Buffer.from(body).toString('latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

function unescaped(text: string, charset: 'utf-8' | 'latin1'): string | undefined {
  const spaced = text.replaceAll('+', ' ');
  if (charset === 'latin1')
    return spaced.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  try {
    return decodeURIComponent(spaced);
  } catch {
    return undefined;
  }
}

/** Fields as a form body; undefined ones are left out, a list repeats its name. */
export function writeForm(fields: Record<string, string | readonly string[] | undefined>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const each of value === undefined ? [] : [value].flat()) form.append(name, each);
  return form.toString();
}
