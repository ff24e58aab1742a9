/**
 * What an exchange may show. Everything is hidden unless it is known to be harmless: names of fields, shapes of paths, a few headers, and
 * in an answer short codes of errors and states that did not stand in the request.
 */
export interface Redaction {
  url(url: string): string;
  headers(headers: Readonly<Record<string, string | undefined>>): Record<string, string>;
  /** The structure of a body; with `known`, values of an answer that are codes are shown unless they are among these. */
  body(value: unknown, known?: ReadonlySet<string>): string;
  /** Every value in a body, as text. */
  leaves(value: unknown): ReadonlySet<string>;
}

const maxBody = 2048;
const maxUrl = 512;
const maxDepth = 12;
const maxMembers = 50;

/** Headers whose values say how a call went and nothing of whom or what it was about. */
const shownHeaders = new Set([
  'accept',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'retry-after',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
]);

/** Names of fields that hold codes, in any spelling: error_code, errorCode, Status, @code. */
const codeNames =
  /^@?(?:(?:error|err|fail|failure|result|response|status|reason)[_-]?)?(?:code|subcode|status|state|errno)$|^(?:error|success|ok|is_?transient|error_?subcode|groupId|groupName|type|stat)$/i;
/** A code: few digits or one word. Longer runs of digits could be numbers of people, texts have spaces. */
const codeShape = /^(?:-?\d{1,5}|(?=.*[A-Za-z_])(?!.*\d{4})[A-Za-z][A-Za-z0-9_-]{0,39})$/;
/** A name of a field that is one, and not an address or a text that was made a key. */
const nameShape = /^(?!.*\d{4})[@#A-Za-z_$][\w.$:[\]-]{0,63}$/;
/** A part of a path that is of the interface: words, versions, dates of versions. */
const pathShape =
  /^(?:[a-z]{1,24}(?:[-_][a-z]{1,24}){0,3}|[A-Z]?[a-z]{1,24}(?:[A-Z][a-z]{1,24}){0,3}|v?\d{1,3}(?:\.\d{1,3}){0,2}|\d{4}-\d{2}-\d{2})(?:\.(?:json|xml|php|aspx?))?$/;

/** `secrets`: any value; every text in it is hidden, also as platforms get to see it (escaped, in base64). */
export function createRedaction(secrets?: unknown): Redaction {
  const hidden = spellingsOf([...leavesOf(secrets)]);
  const tells = (text: string): boolean => hidden.some((secret) => text.includes(secret));
  const hide = (text: string): string => `‹${text.length}›`;
  const show = (text: string, harmless: boolean): string => (harmless && !tells(text) ? text : hide(text));

  const node = (
    value: unknown,
    name: string,
    known: ReadonlySet<string> | undefined,
    depth: number,
  ): unknown => {
    if (value === null) return null;
    if (value instanceof Uint8Array) return `‹${value.length} bytes›`;
    if (value instanceof Blob) return `‹${value.size} bytes›`;
    if (typeof value === 'object') {
      if (depth > maxDepth) return '‹…›';
      if (Array.isArray(value))
        return value.slice(0, maxMembers).map((each) => node(each, name, known, depth + 1));
      return Object.fromEntries(
        Object.entries(value)
          .slice(0, maxMembers)
          .map(([key, inner]) => [show(key, nameShape.test(key)), node(inner, key, known, depth + 1)]),
      );
    }
    const text = String(value);
    const isCode = known !== undefined && codeNames.test(name) && codeShape.test(text) && !known.has(text);
    if (typeof value === 'boolean') return isCode ? value : hide(text);
    return isCode && !tells(text) ? value : hide(text);
  };

  return {
    leaves: leavesOf,
    body: (value, known) =>
      value === undefined
        ? ''
        : JSON.stringify(node(value, '', known, 0))
            .slice(0, maxBody)
            .toWellFormed(),
    headers: (headers) => {
      const seen: [string, string][] = [];
      for (const [name, value] of Object.entries(headers)) {
        if (value === undefined) continue;
        const lower = name.toLowerCase();
        const shown = shownHeaders.has(lower);
        seen.push([
          shown ? lower : show(lower, /^(?!.*\d{4})[a-z0-9-]{1,64}$/.test(lower)),
          shown ? show(value, /^(?!.*\d{7})[ -~]{0,128}$/.test(value)) : hide(value),
        ]);
      }
      return Object.fromEntries(seen);
    },
    url: lastRemembered((url) => {
      const parsed = URL.parse(url);
      if (!parsed) return hide(url);
      const { protocol, host, pathname, searchParams } = parsed;
      const path = pathname.split('/').map((part) => (part === '' ? '' : show(part, pathShape.test(part))));
      const query = Array.from(
        searchParams,
        ([name, value]) => `${show(name, nameShape.test(name))}=${hide(value)}`,
      );
      const safeHost = show(host, true);
      return `${protocol}//${safeHost}${path.join('/')}${query.length ? `?${query.join('&')}` : ''}`.slice(
        0,
        maxUrl,
      );
    }),
  };
}

/** An account calls one address again and again. */
function lastRemembered(of: (text: string) => string): (text: string) => string {
  let last: { text: string; result: string } | undefined;
  return (text) => (last?.text === text ? last : (last = { text, result: of(text) })).result;
}

/** Every text, number and boolean in a value. */
function leavesOf(value: unknown): Set<string> {
  const found = new Set<string>();
  const walk = (inner: unknown, depth: number): void => {
    if (inner === null || inner === undefined || inner instanceof Uint8Array || inner instanceof Blob) return;
    if (typeof inner !== 'object') return void found.add(String(inner));
    if (depth < 32) for (const each of Object.values(inner)) walk(each, depth + 1);
  };
  walk(value, 0);
  return found;
}

/** The ways in which a secret may stand in an address or a header. Very short ones are left to the rule that hides by default. */
function spellingsOf(secrets: readonly string[]): string[] {
  return [
    ...new Set(
      secrets
        .filter((secret) => secret.length >= 4)
        .flatMap((secret) => [
          secret,
          encodeURIComponent(secret),
          JSON.stringify(secret).slice(1, -1),
          Buffer.from(secret).toString('base64').replace(/=+$/, ''),
          Buffer.from(secret).toString('base64url'),
          Buffer.from(secret).toString('hex'),
        ]),
    ),
  ];
}
