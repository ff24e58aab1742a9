import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How many checks passed and failed. */
export interface Count {
  passed: number;
  failed: number;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const inModules = (path: string): string => join(root, 'node_modules', path);

/** Runs a program with this Node, its output shown; the exit code, or 1 after a signal. */
function runScript(file: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' });
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

interface Step {
  name: string;
  run: () => Promise<Count>;
}

const step = (name: string, file: string, args: readonly string[]): Step => ({
  name,
  run: async () =>
    (await runScript(inModules(file), args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 },
});

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
}

/** A file that fails before it has a test, and a test that is skipped, are failures too: nothing is left out silently. */
function countOf(report: VitestReport): Count {
  const skipped = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => !['passed', 'failed'].includes(status))
      .map(({ fullName }) => `${name}: ${fullName}`),
  );
  for (const name of skipped) console.log(`skipped: ${name}`);
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((one) => one.status !== 'failed'),
  );
  for (const { name } of broken) console.log(`failed to run: ${name}`);
  return { passed: report.numPassedTests, failed: report.numFailedTests + skipped.length + broken.length };
}

async function runTests(): Promise<Count> {
  const folder = await mkdtemp(join(tmpdir(), 'passerelle-test-'));
  const file = join(folder, 'report.json');
  const code = await runScript(inModules('vitest/vitest.mjs'), [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
  const count = text === undefined ? { passed: 0, failed: 0 } : countOf(JSON.parse(text) as VitestReport);
  // A crash, or an error outside of any test.
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

const steps: Step[] = [
  step('types', 'typescript/bin/tsc', ['-p', '.']),
  step('widget types', 'typescript/bin/tsc', ['-p', 'connectors/webchat/widget']),
  step('lint', 'oxlint/bin/oxlint', []),
  step('format', 'oxfmt/bin/oxfmt', ['--check', '.']),
  step('dead code', 'knip/bin/knip.js', ['--no-progress']),
  { name: 'tests', run: runTests },
];

/** Runs all steps, also after one that failed, and gives the sum. */
export async function runSteps(): Promise<Count> {
  const sum: Count = { passed: 0, failed: 0 };
  const failing: string[] = [];
  for (const { name, run } of steps) {
    console.log(`\n── ${name}`);
    const { passed, failed } = await run();
    sum.passed += passed;
    sum.failed += failed;
    if (failed > 0) failing.push(name);
  }
  console.log(failing.length > 0 ? `\nNot in order: ${failing.join(', ')}` : '\nAll in order');
  return sum;
}

/** The last line, and the exit code. */
export function conclude({ passed, failed }: Count): void {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
