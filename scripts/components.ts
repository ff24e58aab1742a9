import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { findProgram, installDebianPackages } from '../gateway/bus/embedded/debian.ts';

/** What the tests use of the system, beside what npm brings. */
interface Component {
  name: string;
  debianPackage: string;
  usedFor: string;
  isThere(): Promise<boolean>;
}

const programFolders = [
  ...new Set([
    ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
    '/usr/bin',
    '/usr/sbin',
    '/usr/local/bin',
  ]),
];

const program = (name: string, usedFor: string): Component => ({
  name,
  debianPackage: name,
  usedFor,
  isThere: async () => (await findProgram(name, programFolders)) !== undefined,
});

const components: Component[] = [
  program('nats-server', 'integration tests'),
  program('chromium', 'tests in a browser'),
  program('swaks', 'tests with real mail software'),
  program('postfix', 'tests with real mail software'),
  program('openssl', 'tests with real mail software'),
  program('prosody', 'tests with a real XMPP server'),
  program('curl', 'the test of a newcomer’s first five minutes'),
  {
    name: 'a font',
    debianPackage: 'fonts-dejavu-core',
    usedFor: 'tests in a browser',
    isThere: async () =>
      process.platform !== 'linux' ||
      existsSync('/usr/share/fonts/truetype') ||
      existsSync('/usr/share/fonts/TTF'),
  },
];

const missing = async (): Promise<Component[]> => {
  const there = await Promise.all(components.map((component) => component.isThere()));
  return components.filter((_, i) => !there[i]);
};

/** Postfix is only run by tests, which bring a configuration of their own. */
const answers =
  'postfix postfix/main_mailer_type select Local only\npostfix postfix/mailname string passerelle.test';

/** Installs what is missing where that needs no question; gives one line for each that is missing still. */
export async function prepareComponents(): Promise<string[]> {
  const wanted = await missing();
  if (wanted.length === 0) return [];
  const packages = wanted.map(({ debianPackage }) => debianPackage);
  console.log(`Missing: ${wanted.map(({ name }) => name).join(', ')}`);
  const outcome = await installDebianPackages({ packages, programFolders, answers });
  if (outcome === 'installed') console.log(`Installed with apt-get: ${packages.join(', ')}`);
  const why = { installed: '', failed: ' (apt-get failed)', unable: '' }[outcome];
  return (await missing()).map(
    ({ name, debianPackage, usedFor }) =>
      `${name} is missing, for ${usedFor}${why}: install it (Debian, as root: apt-get install ${debianPackage})`,
  );
}
