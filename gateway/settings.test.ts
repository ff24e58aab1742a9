import { expect, test } from 'vitest';
import { problemLine, readCommandLineSettings, readSettings } from './settings.ts';

const read = (env: Record<string, string>, connectors?: string[]) => readSettings(env, connectors);
const problem = (env: Record<string, string>, connectors?: string[]) => {
  const result = read(env, connectors);
  return result.ok ? [] : result.problems.map(problemLine);
};

test('nothing set gives the defaults of a newcomer', () => {
  const result = read({});
  expect(result.ok && result.settings).toMatchObject({ port: 8080, host: '127.0.0.1', allowedNetworks: [] });
  expect(result.ok && result.settings.dataFolder).toMatch(/^\/.*\.data$/);
  expect(result.ok && result.settings.databaseFile).toMatch(/\.data\/passerelle\.sqlite$/);
});

test.each([
  ['PORT', 'abc'],
  ['PORT', '65536'],
  ['PORT', '80.5'],
  ['PASSERELLE_HOST', 'a b'],
  ['PASSERELLE_ADMIN_KEY', 'tiny'],
  ['PASSERELLE_PUBLIC_URL', 'ftp://example.com'],
  ['PASSERELLE_MASTER_KEY', 'c2hvcnQ='],
  ['NATS_URL', 'http://127.0.0.1:4222'],
  ['DATABASE_URL', 'postgres://127.0.0.1/passerelle'],
  ['PASSERELLE_ALLOWED_NETWORKS', '127.0.0.1'],
  ['PASSERELLE_LOG_LEVEL', 'loud'],
])('%s=%s is one line that names the setting and the mend, and never the value', (name, value) => {
  const lines = problem({ [name]: value });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(new RegExp(`^${name} (is|names) [^\\n]+: (set|unset) `));
  expect(lines[0]).not.toContain(value);
});

test('all problems come at once', () => {
  expect(problem({ PORT: 'x', PASSERELLE_LOG_LEVEL: 'x' })).toHaveLength(2);
});

test('an empty variable is an unset one', () => {
  expect(read({ PORT: '', DATABASE_URL: ' ' })).toMatchObject({ ok: true, settings: { port: 8080 } });
});

test('the master key comes in hex or base64', () => {
  const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7));
  for (const encoding of ['hex', 'base64', 'base64url'] as const) {
    const result = read({ PASSERELLE_MASTER_KEY: bytes.toString(encoding) });
    expect(result.ok && Buffer.from(result.settings.masterKey!)).toEqual(bytes);
  }
});

test("a connector's settings lose their prefix", () => {
  const env = {
    PASSERELLE_EMAIL_SMTP_PORT: '2525',
    PASSERELLE_EMAIL_HOST: 'mx.test',
    PASSERELLE_EMAILER_X: '1',
    PASSERELLE_EMAIL_EMPTY: '',
  };
  const result = read(env);
  expect(result.ok && result.settings.connectorSettings('email')).toEqual({
    smtpPort: '2525',
    host: 'mx.test',
  });
  const hyphen = read({ PASSERELLE_SOME_ONE_PORT: '1' });
  expect(hyphen.ok && hyphen.settings.connectorSettings('some-one')).toEqual({ port: '1' });
});

test('a variable that begins like ours and is nobody’s is a problem', () => {
  expect(
    problem({ PASSERELLE_DTA: 'x', PASSERELLE_EMAIL_PORT: '1', PASSERELLE_KEY: 'k' }, ['email']),
  ).toEqual(['PASSERELLE_DTA is no setting of the gateway: correct its name or unset it']);
});

test('NO_COLOR takes the colours away', () => {
  expect(readCommandLineSettings({}).colour).toBe(true);
  expect(readCommandLineSettings({ NO_COLOR: '1' }).colour).toBe(false);
  expect(readCommandLineSettings({ PASSERELLE_URL: 'http://127.0.0.1:1/' }).url).toBe('http://127.0.0.1:1');
});
