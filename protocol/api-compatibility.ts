import { compareSchemas, lookUp } from './compatibility.ts';
import type { Difference, Role } from './compatibility.ts';

type Json = { [name: string]: unknown };

const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);
const isThere = (value: unknown): boolean => value !== undefined;

/** Two whole documents on their way through each other. */
interface Walk {
  before: Json;
  after: Json;
  found: Difference[];
  /** By role: a shared part that is read and written is compared for both. */
  seen: Record<Role, Set<string>>;
}

const walkOf = (before: unknown, after: unknown): Walk => ({
  before: object(before),
  after: object(after),
  found: [],
  seen: { input: new Set(), output: new Set() },
});

const note = (walk: Walk, at: string, what: string, breaking: boolean): void => {
  walk.found.push({ at, what, breaking });
};

function schemas(walk: Walk, at: string, role: Role, [before, after]: readonly [unknown, unknown]): void {
  const comparison = {
    before: walk.before,
    after: walk.after,
    role,
    found: walk.found,
    seen: walk.seen[role],
  };
  compareSchemas(comparison, `${at}: `, before, after);
}

const follow = (document: Json, value: unknown): Json => {
  const { $ref } = object(value);
  return typeof $ref === 'string' ? follow(document, lookUp(document, $ref)) : object(value);
};

/** Names on either side: what is gone breaks, what is new does not; what both have is handed on. */
function members(
  walk: Walk,
  at: string,
  [before, after]: readonly [Json, Json],
  each: (at: string, before: unknown, after: unknown, name: string) => void,
): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const where = `${at}${name}`;
    if (!isThere(after[name])) note(walk, where, 'is gone', true);
    else if (isThere(before[name])) each(where, before[name], after[name], name);
    else note(walk, where, 'is new', false);
  }
}

function changed(walk: Walk, at: string, [before, after]: readonly [unknown, unknown]): void {
  const [old, now] = [JSON.stringify(before), JSON.stringify(after)];
  if (old !== now) note(walk, at, `is ${now ?? 'not there'}, was ${old ?? 'not there'}`, true);
}

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];
const operationsOf = (document: Json): Json =>
  Object.fromEntries(
    Object.entries(object(document['paths'])).flatMap(([path, item]) =>
      methods.flatMap((method) => {
        const operation = object(item)[method];
        return operation ? [[`${method.toUpperCase()} ${path}`, operation]] : [];
      }),
    ),
  );

/** What is different between two OpenAPI 3.1 documents. Pure. */
export function openApiDifferences(before: unknown, after: unknown): Difference[] {
  const walk = walkOf(before, after);
  members(walk, '', [operationsOf(walk.before), operationsOf(walk.after)], (at, old, now) =>
    compareOperations(walk, at, object(old), object(now)),
  );
  const webhooks = [object(walk.before['webhooks']), object(walk.after['webhooks'])] as const;
  members(walk, 'webhook ', webhooks, (at, old, now) =>
    // here the gateway asks: its body is what others read
    bodies(walk, `${at} body`, 'output', [
      object(object(old)['post'])['requestBody'],
      object(object(now)['post'])['requestBody'],
    ]),
  );
  return walk.found;
}

function compareOperations(walk: Walk, at: string, before: Json, after: Json): void {
  const securityOf = (document: Json, operation: Json) => operation['security'] ?? document['security'];
  changed(walk, `${at} security`, [securityOf(walk.before, before), securityOf(walk.after, after)]);
  parameters(walk, at, before, after);
  const [asked, asks] = [
    follow(walk.before, before['requestBody']),
    follow(walk.after, after['requestBody']),
  ];
  if (asks['required'] === true && asked['required'] !== true)
    note(walk, `${at} body`, 'is required now', true);
  bodies(walk, `${at} body`, 'input', [asked, asks]);
  const responses = [object(before['responses']), object(after['responses'])] as const;
  const kept = Object.fromEntries(
    // a refusal that never comes any more breaks nobody
    Object.entries(responses[0]).filter(
      ([status]) => status.startsWith('2') || isThere(responses[1][status]),
    ),
  );
  members(walk, `${at} `, [kept, responses[1]], (where, old, now) =>
    bodies(walk, where, 'output', [old, now]),
  );
}

function parameters(walk: Walk, at: string, before: Json, after: Json): void {
  const named = (document: Json, one: Json): Json =>
    Object.fromEntries(
      list(one['parameters'])
        .map((parameter) => follow(document, parameter))
        .map((parameter) => [`${String(parameter['in'])} ${String(parameter['name'])}`, parameter]),
    );
  const [old, now] = [named(walk.before, before), named(walk.after, after)];
  const isRequired = (parameter: unknown) => object(parameter)['required'] === true;
  for (const [name, parameter] of Object.entries(now))
    if (isRequired(parameter) && !isRequired(old[name])) note(walk, `${at} ${name}`, 'is required now', true);
  members(walk, `${at} `, [old, now], (where, was, is) =>
    schemas(walk, where, 'input', [object(was)['schema'], object(is)['schema']]),
  );
}

function bodies(walk: Walk, at: string, role: Role, [before, after]: readonly [unknown, unknown]): void {
  const content = (document: Json, body: unknown) => object(follow(document, body)['content']);
  members(walk, `${at} `, [content(walk.before, before), content(walk.after, after)], (where, old, now) =>
    schemas(walk, where, role, [object(old)['schema'], object(now)['schema']]),
  );
}

/** What is different between two AsyncAPI 3.0 documents, seen from the side of who connects: it receives what it reads. Pure. */
export function asyncApiDifferences(before: unknown, after: unknown): Difference[] {
  const walk = walkOf(before, after);
  const part = (name: string) => [object(walk.before[name]), object(walk.after[name])] as const;
  members(walk, 'channel ', part('channels'), (at, old, now) => channel(walk, at, object(old), object(now)));
  members(walk, 'operation ', part('operations'), (at, old, now) =>
    exchange(walk, at, object(old), object(now)),
  );
  return walk.found;
}

function channel(walk: Walk, at: string, before: Json, after: Json): void {
  changed(walk, `${at} address`, [before['address'], after['address']]);
  const parameterOf = (one: Json) => object(one['parameters']);
  members(walk, `${at} parameter `, [parameterOf(before), parameterOf(after)], (where, old, now) =>
    schemas(walk, where, 'output', [valuesOf(old), valuesOf(now)]),
  );
}

const valuesOf = (parameter: unknown): Json =>
  isThere(object(parameter)['enum']) ? { enum: object(parameter)['enum'] } : {};

function exchange(walk: Walk, at: string, before: Json, after: Json): void {
  changed(walk, `${at} action`, [before['action'], after['action']]);
  const ref = (one: Json) => object(one['channel'])['$ref'];
  changed(walk, `${at} channel`, [ref(before), ref(after)]);
  const receives = before['action'] === 'receive';
  said(walk, at, receives ? 'output' : 'input', [before, after]);
  const [asked, asks] = [object(before['reply']), object(after['reply'])];
  if (isThere(before['reply']) !== isThere(after['reply']))
    note(walk, `${at} reply`, isThere(before['reply']) ? 'is gone' : 'is new', true);
  said(walk, `${at} reply`, receives ? 'input' : 'output', [asked, asks]);
}

function said(walk: Walk, at: string, role: Role, [before, after]: readonly [Json, Json]): void {
  const [old, now] = [messagesOf(walk.before, before), messagesOf(walk.after, after)];
  members(walk, `${at} `, [old, now], (where, was, is) => {
    changed(walk, `${where} contentType`, [object(was)['contentType'], object(is)['contentType']]);
    schemas(walk, where, role, [object(was)['payload'], object(is)['payload']]);
  });
}

/** The messages of an operation or a reply: those it names, else all of its channel. */
function messagesOf(document: Json, one: Json): Json {
  const refs = Array.isArray(one['messages'])
    ? one['messages']
    : Object.values(object(follow(document, one['channel'])['messages']));
  return Object.fromEntries(
    refs.map((ref) => {
      const message = follow(document, ref);
      return [String(message['name']), message];
    }),
  );
}
