import { describe, expect, it } from 'vitest';
import { connectorFolders } from '../../connectors/build-registry.ts';
import { cycles, forbiddenImports, layerOf } from './layers.ts';
import {
  environmentInOnePlace,
  filesOfReadableSize,
  knownFailureCodes,
  languageOfTheStyle,
  namesOfTheStyle,
  noConnectorByName,
  noGlobalFetch,
  subjectsInOneFile,
} from './rules.ts';
import type { Rule } from './rules.ts';
import { scan } from './scan.ts';
import { importsOf, isTest, loadSources, source } from './sources.ts';

const sources = loadSources();
const byName = noConnectorByName(connectorFolders());

/** Every rule: sources that must be caught, and look-alikes that must not. */
const rules: Record<
  string,
  { rule: Rule; caught: [path: string, text: string][]; fine: [path: string, text: string][] }
> = {
  'imports follow the table': {
    rule: forbiddenImports,
    caught: [
      ['protocol/a.ts', "import { readFile } from 'node:fs';"],
      ['protocol/a.ts', "import type { Account } from '../connectors/contract/index.ts';"],
      ['connectors/contract/a.ts', "import { hmac } from '../kit/signature.ts';"],
      ['connectors/contract/a.ts', "import type { Store } from '../../gateway/store/port.ts';"],
      ['connectors/kit/a.ts', "import { manifest } from '../sandbox/manifest.ts';"],
      ['connectors/kit/a.ts', "import type { Clock } from '../../gateway/clock.ts';"],
      ['connectors/telegram/a.ts', "import { parse } from '../whatsapp/inbound.ts';"],
      ['connectors/telegram/a.ts', "export * from '../whatsapp/inbound.ts';"],
      ['connectors/telegram/a.ts', "const other = await import('../whatsapp/index.ts');"],
      ['connectors/telegram/a.ts', "import { Hono } from 'hono';"],
      ['connectors/telegram/a.ts', "import { connect } from '@nats-io/transport-node';"],
      ['connectors/telegram/a.ts', "import { eq } from 'drizzle-orm';"],
      ['connectors/telegram/a.ts', "import { systemClock } from '../../gateway/clock.ts';"],
      ['connectors/telegram/a.ts', "import { connectors } from '../generated/registry.ts';"],
      ['connectors/telegram/a.ts', "import { startEmulator } from '../../test/providers/emulator.ts';"],
      ['gateway/http/a.ts', "import { connect } from '@nats-io/transport-node';"],
      ['gateway/http/a.ts', "import { eq } from 'drizzle-orm';"],
      ['gateway/http/a.ts', "import { openSqlite } from '../store/sqlite.ts';"],
      ['gateway/http/a.ts', "import { connector } from '../../connectors/sandbox/index.ts';"],
      ['gateway/ingest/a.ts', "import { Hono } from 'hono';"],
      ['gateway/ingest/a.ts', "import { app } from '../http/app.ts';"],
      ['gateway/ingest/a.ts', "import { openNats } from '../bus/nats.ts';"],
      ['gateway/ingest/a.ts', "import Database from 'better-sqlite3';"],
      ['gateway/anything-new/a.ts', "import { connector } from '../../connectors/email/index.ts';"],
      ['gateway/ingest/a.ts', "import { start } from '../main.ts';"],
      ['gateway/ingest/a.ts', "import {\n  connectors,\n} from '../../connectors/generated/registry.ts';"],
      ['gateway/bus/a.ts', "import type { Store } from '../store/port.ts';"],
      ['gateway/store/a.ts', "import type { Bus } from '../bus/port.ts';"],
      ['gateway/store/a.ts', "import { connect } from '@nats-io/transport-node';"],
    ],
    fine: [
      ['protocol/a.ts', "import { z } from 'zod';\nimport { b } from './b.ts';"],
      [
        'connectors/telegram/a.ts',
        "import { hmac } from '../kit/signature.ts';\n// import { Hono } from 'hono';\nconst text = \"import { Hono } from 'hono'\";",
      ],
      ['connectors/telegram/a.test.ts', "import { conformance } from '../../test/conformance/suite.ts';"],
      [
        'gateway/ingest/a.ts',
        "import type { Store } from '../store/port.ts';\nimport { systemClock } from '../clock.ts';",
      ],
      [
        'gateway/main.ts',
        "import { connectors } from '../connectors/generated/registry.ts';\nimport { openSqlite } from './store/sqlite.ts';",
      ],
    ],
  },
  'there is no circle of imports': {
    rule: cycles,
    caught: [['protocol/a.ts', "import { a } from './a.ts';"]],
    fine: [['protocol/a.ts', "import { b } from './b.ts';"]],
  },
  'no code outside its folder decides by the name of a connector': {
    rule: byName,
    caught: [
      ['gateway/dispatch/a.ts', "if (account.connector === 'whatsapp') wait();"],
      ['gateway/http/a.ts', "switch (name) { case 'sandbox': return page(); }"],
      ['protocol/a.ts', "const rich = 'telegram' !== channel;"],
      ['connectors/kit/a.ts', "const slow = new Set(['email']);"],
      ['gateway/ingest/a.ts', "const chat = registry.ofConnector('webchat');"],
      ['gateway/ingest/a.ts', "const limit = limits['smpp'];"],
    ],
    fine: [
      ['protocol/a.ts', "const type = z.enum(['text', 'email', 'phone']);"],
      ['connectors/whatsapp/a.ts', "if (name === 'whatsapp') go();"],
      [
        'gateway/dispatch/a.ts',
        "// if (account.connector === 'whatsapp')\nconst says = \"connector === 'whatsapp'\";",
      ],
    ],
  },
  'no file has more than 400 lines': {
    rule: filesOfReadableSize,
    caught: [['gateway/a.ts', 'const a = 1;\n'.repeat(401)]],
    fine: [
      ['gateway/a.ts', 'const a = 1;\n'.repeat(400)],
      ['connectors/webchat/generated/widget.js', 'a\n'.repeat(5000)],
    ],
  },
  'subjects are written in protocol/subjects.ts only': {
    rule: subjectsInOneFile,
    caught: [
      ['gateway/bus/a.ts', "const all = 'psr.v1.event.>';"],
      ['gateway/bus/a.ts', 'const one = `psr.v1.event.${id}`;'],
    ],
    fine: [
      ['gateway/bus/a.ts', '// psr.v1.event.> is everything'],
      ['protocol/subjects.ts', "const root = 'psr.v1';"],
    ],
  },
  'failure codes are of the list': {
    rule: knownFailureCodes,
    caught: [
      ['connectors/telegram/a.ts', "return failure('user_is_gone', 403);"],
      ['connectors/telegram/a.ts', "return failure(\n  'user_is_gone',\n);"],
    ],
    fine: [['connectors/telegram/a.ts', "return failure('blocked', 403);"]],
  },
  'the environment is read in gateway/settings.ts only': {
    rule: environmentInOnePlace,
    caught: [
      ['connectors/email/a.ts', 'const port = process.env.PORT;'],
      ['gateway/http/a.ts', "const port = process['env']['PORT'];"],
    ],
    fine: [
      ['gateway/settings.ts', 'const port = process.env.PORT;'],
      ['gateway/http/a.ts', "// process.env\nconst says = 'set it in process.env';\nprocess.exit(1);"],
      ['test/browser/a.test.ts', 'const path = process.env.CHROMIUM_BIN;'],
    ],
  },
  'connectors use no global fetch': {
    rule: noGlobalFetch,
    caught: [
      ['connectors/telegram/a.ts', "const answer = await fetch('https://example.com');"],
      ['connectors/telegram/a.ts', 'const get = fetch;'],
      ['connectors/telegram/a.ts', 'return globalThis.fetch(url);'],
      ['connectors/kit/a.ts', 'list.map((url) => fetch(url, { signal: of(x) }));'],
    ],
    fine: [
      [
        'connectors/telegram/a.ts',
        'export const media = { async fetch(reference, account, { http }) { return http.call(x); } };',
      ],
      [
        'connectors/telegram/a.ts',
        'interface Media { fetch(reference: string): Promise<void>; }\nconst got = await media.fetch(reference);',
      ],
      ['connectors/sandbox/assets/a.js', 'await fetch(to);'],
    ],
  },
  'names say what a thing is': {
    rule: namesOfTheStyle,
    caught: [
      ['gateway/utils/a.ts', ''],
      ['gateway/http/string-helpers.ts', ''],
      ['gateway/a.ts', 'export class AccountManager {}'],
      ['gateway/a.ts', 'interface IStore { a: 1 }'],
      ['gateway/a.ts', 'export const storeImpl = 1;'],
    ],
    fine: [
      [
        'gateway/a.ts',
        "interface Item { a: 1 }\ninterface IO { b: 2 }\nclass Implied {}\nimport { promisify } from 'node:util';",
      ],
    ],
  },
  'the language is what Node runs as it stands': {
    rule: languageOfTheStyle,
    caught: [
      ['gateway/a.ts', 'export enum State { on, off }'],
      ['gateway/a.ts', 'const enum State { on }'],
      ['gateway/a.ts', '@injectable()\nclass A {}'],
      ['gateway/a.ts', 'export default 1;'],
      ['gateway/a.ts', 'const a: any = 1;'],
      ['gateway/a.ts', 'const a = b as any;'],
      ['gateway/a.ts', 'const a: any[] = [];'],
      ['gateway/a.ts', ['// @ts', 'ignore\nconst a: number = "1";'].join('-')],
      ['gateway/a.ts', "import { b } from './b';"],
    ],
    fine: [
      ['vitest.config.ts', 'export default {};'],
      [
        'gateway/a.ts',
        "const any = z.any();\nconst says = 'export default';\nconst all = /@any enum A {/;\nconst a: anything = any;",
      ],
    ],
  },
};

/** With the first of the text as a title, so that the report stays readable. */
const titled = (planted: [path: string, text: string][]) =>
  planted.map(([path, text]): [path: string, title: string, text: string] => [
    path,
    text.replace(/\s+/g, ' ').slice(0, 90),
    text,
  ]);

describe.each(Object.entries(rules))('%s', (_name, { rule, caught, fine }) => {
  it('in this repository', () => {
    expect(rule(sources)).toEqual([]);
  });

  it.each(titled(caught))('and a violation in %s is caught: %s', (path, _title, text) => {
    expect(rule([source(path, text)])).not.toEqual([]);
  });

  it.each(titled(fine))('and a look-alike in %s is not: %s', (path, _title, text) => {
    expect(rule([source(path, text)])).toEqual([]);
  });
});

describe('what the rules stand on', () => {
  it('reads the whole repository', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(
      sources.filter(
        ({ path }) => !isTest(path) && !path.startsWith('scripts/') && layerOf(path) === undefined,
      ),
    ).toEqual([]);
  });

  it('finds every import: each of a relative file exists', () => {
    const known = new Set(sources.map(({ path }) => path));
    const missing = sources.flatMap((one) =>
      importsOf(one)
        .filter(({ target }) => target?.endsWith('.ts') && !known.has(target))
        .map(({ specifier }) => `${one.path} ${specifier}`),
    );
    expect(missing).toEqual([]);
  });

  it('finds circles of several files, once each', () => {
    const circle = [
      source('a.ts', "import './b.ts';"),
      source('b.ts', "export { c } from './c.ts';"),
      source('c.ts', "import type { A } from './a.ts';"),
    ];
    expect(cycles(circle)).toEqual(['a.ts → b.ts → c.ts']);
    expect(cycles(circle.toReversed())).toEqual(['a.ts → b.ts → c.ts']);
  });

  it.each([
    ["a // 'b'\nc", 'a       \nc'],
    ['a /* b */ c', 'a         c'],
    ["f('it\\'s // no comment') // yes", "f('                   ')       "],
    ['x = /[/\'"]/.test(y) // z', 'x = /     /.test(y)     '],
    ['x = a / b / c; "d"', 'x = a / b / c; " "'],
    ["`a${b({ c: '}' })}d` // e", "` ${b({ c: ' ' })} `     "],
    ['`a${`b${c}`}` + d', '` ${` ${c}`}` + d'],
  ])('sees comments and strings in %j', (text, skeleton) => {
    expect(scan(text).skeleton).toBe(skeleton);
  });
});
