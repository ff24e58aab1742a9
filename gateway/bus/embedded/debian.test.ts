import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findNatsServer, isAtLeast } from './find.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'psr-apt-'));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

async function program(name: string, script: string): Promise<void> {
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

const nats = () => join(folder, 'nats-server');
const asUser = (id: number) => vi.spyOn(process, 'getuid').mockReturnValue(id);

test('a missing nats-server is installed where that needs no question, after the package lists were fetched', async () => {
  // Like apt-get in a fresh container: it knows no package before it has lists.
  await program(
    'apt-get',
    `echo "$DEBIAN_FRONTEND $*" >> ${folder}/calls
case "$*" in
  *update) : > ${folder}/lists ;;
  *) [ -e ${folder}/lists ] || exit 100
     printf '#!/bin/sh\\necho nats-server: v2.9.10\\n' > ${nats()}; chmod +x ${nats()} 2>/dev/null || /bin/chmod +x ${nats()} ;;
esac`,
  );
  const onInstall = vi.fn<() => void>();
  asUser(0);
  const found = await findNatsServer({ programFolders: [folder], install: true, onInstall });
  expect(found).toEqual({ ok: true, program: { path: nats(), version: '2.9.10' } });
  expect(onInstall).toHaveBeenCalledOnce();
  const calls = (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');
  expect(calls).toEqual([
    expect.stringMatching(/^noninteractive .*-y .*install --no-install-recommends nats-server$/),
    expect.stringMatching(/^noninteractive .*update$/),
    expect.stringMatching(/install --no-install-recommends nats-server$/),
  ]);
});

test('an installation that fails is one line that says what to do', async () => {
  await program('apt-get', 'exit 100');
  asUser(0);
  expect(await findNatsServer({ programFolders: [folder], install: true })).toMatchObject({
    ok: false,
    problem: { setting: 'NATS_SERVER_BIN', mend: expect.stringMatching(/^install it/) },
  });
});

test.each([
  { why: 'it was not asked for', install: false, user: 0 },
  { why: 'it would need a question', install: true, user: 1000 },
])('nothing is installed where $why', async ({ install, user }) => {
  await program('apt-get', `: > ${folder}/called`);
  asUser(user);
  const onInstall = vi.fn<() => void>();
  expect((await findNatsServer({ programFolders: [folder], install, onInstall })).ok).toBe(false);
  expect(onInstall).not.toHaveBeenCalled();
  await expect(readFile(join(folder, 'called'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([
  ['2.9.0', true],
  ['2.9.10', true],
  ['2.10.0-RC.1', true],
  ['3.0.0', true],
  ['2.8.99', false],
  ['1.99.99', false],
])('%s is new enough: %s', (version, expected) => {
  expect(isAtLeast(version, [2, 9, 0])).toBe(expected);
});
