/**
 * What an exchange may show. Everything is hidden unless it is known to be harmless: names of fields, shapes of paths, a few headers, and
 * in an answer short codes of errors and states that did not stand in the request.
 */
export interface Redaction {
  url(url: string): string;
  headers(headers: Readonly<Record<string, string | undefined>>): Record<string, string>;
  /**
   * The structure of a body, as JSON of at most 2,048 characters; with `known`, values of an answer that are codes are shown unless they are
   * among these.
   */
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

/** How a value is shown that was hidden before. */
const hiddenShape = /^‹(?:\d{1,7}(?: bytes)?|…)›$/;
const hiddenInPath = /^%E2%80%B9(\d{1,7})%E2%80%BA$/;

/** What a body may still take up, in characters of JSON. */
interface Room {
  left: number;
}
interface Place {
  name: string;
  known: ReadonlySet<string> | undefined;
  depth: number;
  room: Room;
}

function leafIn<T extends string | number | boolean | null>(room: Room, shown: T): T | undefined {
  const length = typeof shown === 'string' ? shown.length + 2 : String(shown).length;
  if (length > room.left) return undefined;
  room.left -= length;
  return shown;
}

/**
 * `secrets`: any value; every text in it is hidden, also as platforms get to see it (escaped, in base64). `again`: what it is given was
 * redacted already, by somebody who is not trusted with it; what is hidden stays as it is.
 */
export function createRedaction(secrets?: unknown, { again = false } = {}): Redaction {
  const hidden = spellingsOf([...leavesOf(secrets)]);
  const tells = (text: string): boolean => hidden.some((secret) => text.includes(secret));
  const hide = (text: string): string => (again && hiddenShape.test(text) ? text : `‹${text.length}›`);
  const show = (text: string, harmless: boolean): string => (harmless && !tells(text) ? text : hide(text));

  /** What is shown of a value; undefined where there is no room for it. */
  const node = (value: unknown, { name, known, depth, room }: Place): unknown => {
    if (value === null) return leafIn(room, null);
    if (value instanceof Uint8Array) return leafIn(room, `‹${value.length} bytes›`);
    if (value instanceof Blob) return leafIn(room, `‹${value.size} bytes›`);
    if (typeof value === 'object') {
      if (depth > maxDepth) return leafIn(room, '‹…›');
      return container(value, { name, known, depth: depth + 1, room });
    }
    const text = String(value);
    const isCode = known !== undefined && codeNames.test(name) && codeShape.test(text) && !known.has(text);
    const shows = isCode && (typeof value === 'boolean' || !tells(text));
    return leafIn(room, shows ? (value as string | number | boolean) : hide(text));
  };

  /** As many members as there is room for. */
  const container = (value: object, { name, ...place }: Place): unknown => {
    const { room } = place;
    room.left -= 2;
    if (room.left < 0) return undefined;
    const isList = Array.isArray(value);
    const members: [string, unknown][] = [];
    const first = isList ? value.slice(0, maxMembers) : value;
    for (const [key, inner] of Object.entries(first).slice(0, maxMembers)) {
      const shownKey = isList ? '' : show(key, nameShape.test(key));
      // a comma, and the quotes and the colon of a name
      room.left -= isList ? 1 : shownKey.length + 4;
      const shown = node(inner, { ...place, name: isList ? name : key });
      if (shown === undefined) break;
      members.push([shownKey, shown]);
    }
    return isList ? members.map(([, shown]) => shown) : Object.fromEntries(members);
  };

  return {
    leaves: leavesOf,
    body: (value, known) =>
      value === undefined
        ? ''
        : JSON.stringify(node(value, { name: '', known, depth: 0, room: { left: maxBody } })),
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
      const path = pathname.split('/').map((part) => {
        const hiddenBefore = again ? hiddenInPath.exec(part)?.[1] : undefined;
        if (hiddenBefore !== undefined) return `‹${hiddenBefore}›`;
        return part === '' ? '' : show(part, pathShape.test(part));
      });
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
