import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { connectorFolders, generatedFiles, matrix, registrySource, withMatrix } from './build-registry.ts';
import { contentKinds } from '../protocol/content.ts';
import type { Content } from '../protocol/content.ts';
import type { Connector } from './contract/index.ts';
import { connectors } from './generated/registry.ts';

it('what is generated is what the generator makes of the folders', async () => {
  for (const { file, text } of await generatedFiles()) expect(readFileSync(file, 'utf8')).toBe(text);
});

it('the registry holds every connector once, by the name of its folder', () => {
  expect(connectors.map(({ manifest }) => manifest.name)).toEqual(connectorFolders());
});

it('goes by the folders: one without a manifest is none, one that is deleted is gone', () => {
  const root = mkdtempSync(`${tmpdir()}/connectors-`);
  try {
    for (const name of ['zeta', 'web-push', 'alpha', 'kit']) mkdirSync(`${root}/${name}`);
    for (const name of ['zeta', 'web-push', 'alpha']) writeFileSync(`${root}/${name}/manifest.ts`, '');
    const folder = pathToFileURL(`${root}/`);
    expect(connectorFolders(folder)).toEqual(['alpha', 'web-push', 'zeta']);
    rmSync(`${root}/zeta`, { recursive: true });
    expect(connectorFolders(folder)).toEqual(['alpha', 'web-push']);
  } finally {
    rmSync(root, { recursive: true });
  }
});

it('writes the registry and the matrix', () => {
  expect(registrySource(['web-push'])).toContain(
    "import { connector as webPush } from '../web-push/index.ts';",
  );
  expect(registrySource(['web-push'])).toContain('[webPush];');
  const [first] = connectors;
  expect(matrix([first!]).split('\n')[2]).toMatch(/^\| \[[\w-]+\]\([\w-]+\/README\.md\) \| ● ← \| .+ \|$/);
  expect(() => withMatrix('no marks', '')).toThrow('lacks the lines');
});

it('marks what an account’s configuration makes native, if the connector itself says so', () => {
  const [some] = connectors;
  const { capabilities } = some!.manifest;
  const survey: Content = { kind: 'survey', text: 'How was it?', scale: { min: 1, max: 5 } };
  const cellOf = (connector: Connector) =>
    matrix([connector]).split('\n').at(-1)!.split(' | ')[1 + contentKinds.indexOf('survey')];
  const asked: unknown[] = [];
  const configured = (level: 'native' | 'adapted'): Connector => ({
    ...some!,
    capabilitiesFor: (_, config) => {
      asked.push(config);
      return { ...capabilities, outbound: { ...capabilities.outbound, survey: level } };
    },
    withConfiguration: [{ content: survey, config: { panel: 'P1' } as never }],
  });
  expect([some!, configured('native'), configured('adapted')].map(cellOf)).toEqual(['○', '◐', '○']);
  expect(asked).toContainEqual({ panel: 'P1' });
});

it('marks no more and no less than the connectors have examples of', () => {
  for (const connector of connectors) {
    const kinds = new Set((connector.withConfiguration ?? []).map(({ content }) => content.kind));
    expect(matrix([connector]).split('◐')).toHaveLength(1 + kinds.size);
  }
});
