import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { HookRequest, InboundItem } from '../../connectors/contract/index.ts';
import { readXml } from '../../connectors/kit/xml.ts';
import { readMail } from '../../connectors/email/inbound.ts';
import { suiteNowMs } from '../conformance/scripted.ts';
import { loadFixtures } from '../conformance/fixtures.ts';
import { itemProblems } from '../conformance/items.ts';
import type { ConformanceSpec, Fixture } from '../conformance/spec.ts';
import { cheap } from './measure.ts';
import { invalidJson, openJson, validJson } from './sets/json.ts';
import { tortureMails } from './sets/mails.ts';
import { hostilePdus } from './sets/pdus.ts';
import { naughtyStrings } from './sets/strings.ts';
import { hostileXml, strangeXml } from './sets/xml.ts';

// The parsers that bytes meet first, without a gateway around them. What the gateway makes of them is in the files beside this one.

const folder = new URL('../../connectors/', import.meta.url);
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /^[^/]+\/[^/]+\.conformance\.ts$/.test(file),
);
const specs = await Promise.all(
  names.toSorted().map(async (file) => {
    const { spec } = (await import(new URL(file, folder).href)) as { spec: ConformanceSpec };
    return [spec.connector.manifest.name, spec] as const;
  }),
);
const hooked = specs.filter(([, { connector, request }]) => connector.hook && request);

/** Memory that may stay behind once a whole set was read. */
const maxLeftMebibytes = 300;
const heapMebibytes = () => process.memoryUsage().heapUsed / (1 << 20);

/** A request is taken, with sound items, or refused with a status that says whose fault it is. */
function read(spec: ConformanceSpec, request: HookRequest): InboundItem[] | undefined {
  const { hook } = spec.connector;
  hook!.verify(request, spec.account, suiteNowMs);
  hook!.handshake?.(request, spec.account);
  const parsed = hook!.parse(request, spec.account);
  if (parsed.ok) {
    expect(itemProblems(spec, parsed.items)).toEqual([]);
    return parsed.items;
  }
  expect([400, 413, 415, 422]).toContain(parsed.status);
  expect(parsed.detail).not.toBe('');
  return undefined;
}

async function readAll(
  spec: ConformanceSpec,
  bodies: Iterable<readonly [string, Uint8Array]>,
): Promise<void> {
  const [fixture] = loadFixtures(spec);
  const authentic = spec.request!(fixture!);
  const before = heapMebibytes();
  for (const [name, body] of bodies)
    await cheap(`${spec.connector.manifest.name}, ${name}`, () => read(spec, { ...authentic, body }));
  expect(heapMebibytes() - before).toBeLessThan(maxLeftMebibytes);
}

const utf8 = new TextEncoder();
const textual = (set: [string, string][]) => set.map(([name, text]) => [name, utf8.encode(text)] as const);

describe.each(hooked)('the hook of %s', (_, spec) => {
  test('reads or refuses every shape of JSON', { timeout: 120_000 }, () =>
    readAll(
      spec,
      [...validJson, ...invalidJson, ...openJson].map(({ name, bytes }) => [name, bytes] as const),
    ),
  );

  test('reads or refuses XML of every kind, mails and words', { timeout: 120_000 }, () =>
    readAll(spec, [...textual(hostileXml), ...textual(strangeXml), ...textual(naughtyStrings)]),
  );
});

/** The consumer's text in a fixture that is nothing but a text. */
const textOf = ({ items: [item, ...more] }: Fixture): string | undefined =>
  more.length === 0 && item?.type === 'message' && !item.payload && item.content.kind === 'text'
    ? item.content.text
    : undefined;

const section = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

/** A value with another text in place of one, also in JSON and in XML that are texts themselves. */
function put(value: unknown, was: string, text: string): unknown {
  if (value === was) return text;
  if (Array.isArray(value)) return value.map((one) => put(one, was, text));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, put(inner, was, text)]));
  if (typeof value !== 'string') return value;
  if (value.startsWith('{')) return JSON.stringify(put(JSON.parse(value), was, text));
  if (value.startsWith('--')) return value.replace(`\n${was}\n`, () => `\n${text}\n`);
  return value.startsWith('<xml>') ? value.replace(section(was), () => section(text)) : value;
}

/** A fixture in which the consumer says something else. */
function saying(fixture: Fixture, was: string, text: string): Fixture {
  const { json, form, query, text: body } = fixture.request;
  const asked = Object.fromEntries(new URLSearchParams(query));
  const request = {
    ...fixture.request,
    ...(json === undefined ? {} : { json: put(json, was, text) }),
    ...(form === undefined ? {} : { form: put(form, was, text) as NonNullable<typeof form> }),
    ...(body === undefined ? {} : { text: put(body, was, text) as string }),
    ...(query === undefined
      ? {}
      : { query: new URLSearchParams(put(asked, was, text) as typeof asked).toString() }),
  };
  return { ...fixture, request };
}

const holds = (fixture: Fixture, was: string): boolean =>
  JSON.stringify(saying(fixture, was, was)) !== JSON.stringify(saying(fixture, was, `${was} more`));

/** What XML 1.0 can't hold, and what its readers make one line break of (2.2, 2.11): no platform sends it so. */
// eslint-disable-next-line no-control-regex -- these are they
const notInXml = /[\u0000-\u0008\u000b\u000c\u000d\u000e-\u001f\ufffe\uffff]/;

const letters = (text: string): string => text;

/** A mail's text is lines without what steers a terminal; what is around it is taken away with quotes and signatures. */
const asMail = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, '\n')
    // eslint-disable-next-line no-control-regex -- these are they
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .trim();

/** How a platform writes a text, and what is left of it, where one of the two isn't the text itself. */
const ways: Record<string, { written?: (text: string) => string; left?: (text: string) => string }> = {
  // Slack, Formatting text for app surfaces: Escaping text
  slack: {
    written: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  },
  // an object replacement character stands for an attachment
  'apple-messages': { left: (text) => text.replaceAll('\ufffc', '').trim() },
  mailgun: { left: asMail },
  postmark: { left: asMail },
  sendgrid: { left: asMail },
};

const speaking = hooked.flatMap(([name, spec]) => {
  for (const fixture of loadFixtures(spec)) {
    const was = textOf(fixture);
    if (was !== undefined && holds(fixture, was)) return [{ name, spec, fixture, was }];
  }
  return [];
});

test('every hook has a text of a consumer to put others in the place of', () => {
  const silent = hooked.map(([name]) => name).filter((name) => !speaking.some((one) => one.name === name));
  expect(silent).toEqual([]);
});

test.each(speaking)('a text by $name comes out as it went in', async ({ name, spec, fixture, was }) => {
  const changed: string[] = [];
  const { written = letters, left = letters } = ways[name] ?? {};
  for (const [about, text] of naughtyStrings) {
    if (fixture.request.text?.startsWith('<') && notInXml.test(text)) continue;
    const request = spec.request!(saying(fixture, was, written(text)));
    const items = await cheap(`${name}, ${about}`, () => read(spec, request));
    const said = items?.flatMap((item) =>
      item.type === 'message' && item.content.kind === 'text' ? [item.content.text] : [],
    );
    if (said?.length !== 1 || said[0] !== left(text))
      changed.push(
        `${about}: ${JSON.stringify(text.slice(0, 80))} → ${JSON.stringify(said?.map((one) => `${one.length} ${one.slice(0, 80)}`))}`,
      );
  }
  expect(changed).toEqual([]);
});

test.each(hostileXml)('XML, %s: refused', async (name, text) => {
  expect(await cheap(name, () => readXml(utf8.encode(text)))).toMatchObject({ ok: false, status: 400 });
});

test.each(strangeXml)('XML, %s: read or refused, and no object changed', async (name, text) => {
  await cheap(name, () => readXml(utf8.encode(text)));
  expect(({} as Record<string, unknown>)['a']).toBeUndefined();
});

test.each(tortureMails)('a mail, %s: read or refused', { timeout: 60_000 }, async (name, mail) => {
  const bytes = new Uint8Array(mail());
  const reading = await cheap(name, () => readMail(bytes, 'ada@example.com'));
  expect(typeof reading.ok).toBe('boolean');
});

const listening = specs.filter(([, spec]) => spec.parse && loadFixtures(spec).length > 0);

describe.each(listening)('the line of %s', (name, spec) => {
  test('reads or refuses bytes of every kind', { timeout: 120_000 }, async () => {
    const [fixture] = loadFixtures(spec);
    const { text } = fixture!.request;
    // bytes may stand there as hexadecimal text
    const asText = text !== undefined && !/^[\da-f\s]+$/i.test(text);
    const sets = [
      ...hostilePdus,
      ...[...validJson, ...invalidJson, ...openJson].map(({ name: about, bytes }) => [about, bytes] as const),
      ...textual(hostileXml),
      ...textual(strangeXml),
      ...textual(naughtyStrings),
    ];
    for (const [about, bytes] of sets) {
      const body = Buffer.from(bytes);
      const request = asText ? { text: body.toString('utf8') } : { base64: body.toString('base64') };
      const items = await cheap(`${name}, ${about}`, () => spec.parse!({ ...fixture!, request }));
      expect(itemProblems(spec, items), about).toEqual([]);
    }
  });
});

test('the sets are as large as they say', () => {
  expect(validJson.length + invalidJson.length + openJson.length).toBeGreaterThan(140);
  expect(naughtyStrings.length).toBeGreaterThan(130);
  for (const { name, bytes } of validJson)
    expect(() => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), name).not.toThrow();
  for (const { name, bytes } of invalidJson)
    expect(() => {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      JSON.parse(text);
    }, name).toThrow();
  for (const [name, text] of naughtyStrings)
    expect(text.isWellFormed() && text.trim() !== '', name).toBe(true);
});
