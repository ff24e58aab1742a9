import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { findNatsServer, versionProblem } from '../bus/embedded/find.ts';
import { natsGreeting } from '../bus/embedded/greeting.ts';
import type { SettingProblem, Settings } from '../settings.ts';

/** What is wrong with one thing, or undefined. */
export type Check = (settings: Settings) => Promise<SettingProblem | undefined>;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';

/** Not `recursive`: Node's goes round for ever where a folder answers ENOENT to every mkdir, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path, { mode: 0o700 });
}

/** The data folder can be made and written. */
export const checkDataFolder: Check = async ({ dataFolder }) => {
  const probe = join(dataFolder, `.write-check-${process.pid}`);
  try {
    await makeFolder(dataFolder);
    await writeFile(probe, '');
    await rm(probe);
    return undefined;
  } catch (error) {
    const mend = `set PASSERELLE_DATA to a folder that ${userInfo().username} can write`;
    return { setting: 'PASSERELLE_DATA', problem: `${dataFolder} can't be written (${codeOf(error)})`, mend };
  }
};

/** The database is sound, or not yet there. */
export const checkDatabase: Check = async ({ databaseFile }) => {
  if (!existsSync(databaseFile)) return undefined;
  const damaged = (why: string): SettingProblem => ({
    setting: 'PASSERELLE_DATA',
    problem: `holds a damaged database, ${databaseFile} (${why})`,
    mend: 'put a copy of yours back in its place, or set PASSERELLE_DATA to another folder',
  });
  try {
    const database = new Database(databaseFile, { readonly: true, fileMustExist: true });
    try {
      const found = database.pragma('quick_check(1)', { simple: true });
      return found === 'ok' ? undefined : damaged('SQLite finds it inconsistent');
    } finally {
      database.close();
    }
  } catch (error) {
    return damaged(codeOf(error));
  }
};

const listenProblem = ({ host, port }: Settings, code: string): SettingProblem => {
  if (code === 'EADDRINUSE')
    return { setting: 'PORT', problem: `${port} is taken`, mend: 'set PORT to a free one, or to 0 for any' };
  if (code === 'EACCES')
    return {
      setting: 'PORT',
      problem: `${port} needs rights that this user lacks`,
      mend: 'set PORT to 1024 or more',
    };
  return {
    setting: 'PASSERELLE_HOST',
    problem: `${host} can't be listened on (${code})`,
    mend: 'set PASSERELLE_HOST to an address of this machine, for example 127.0.0.1',
  };
};

/** What to say when listening fails with this error; undefined if the error is none of listening. */
export function problemOfListening(settings: Settings, error: unknown): SettingProblem | undefined {
  const listening =
    error instanceof Error && 'syscall' in error && error.syscall === 'listen' && 'port' in error;
  return listening && error.port === settings.port ? listenProblem(settings, codeOf(error)) : undefined;
}

/** The port is free. */
export const checkPort: Check = (settings) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve(listenProblem(settings, codeOf(error))));
    probe.listen(settings.port, settings.host, () => probe.close(() => resolve(undefined)));
  });

function natsPlace(address: string): { host: string; port: number } {
  const url = new URL(address.includes('://') ? address : `nats://${address}`);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 4222) };
}

/** One of the servers of NATS_URL answers, is new enough and has JetStream. */
async function checkNatsUrl(natsUrl: string): Promise<SettingProblem | undefined> {
  const places = natsUrl.split(',').map(natsPlace);
  const greetings = await Promise.all(places.map((place) => natsGreeting(place)));
  const greeting = greetings.find((one) => one !== undefined);
  // Without user and password, which the address may hold.
  const where = places.map(({ host, port }) => `${host}:${port}`).join(', ');
  if (!greeting) {
    const mend = 'start a nats-server there, correct the address, or unset NATS_URL to have one started';
    return { setting: 'NATS_URL', problem: `leads to no NATS server that answers (${where})`, mend };
  }
  if (greeting.jetstream !== true) {
    return {
      setting: 'NATS_URL',
      problem: `leads to a server without JetStream (${where})`,
      mend: 'start that server with --jetstream',
    };
  }
  return versionProblem('NATS_URL', where, greeting.version);
}

/** There is a NATS server, or one can be started; `install` lets a missing one be installed. */
export const checkNats = async (
  settings: Settings,
  install: boolean,
  onInstall?: () => void,
): Promise<SettingProblem | undefined> => {
  if (settings.natsUrl) return checkNatsUrl(settings.natsUrl);
  const { natsServerBin: bin, programFolders } = settings;
  const found = await findNatsServer({ bin, programFolders, install, ...(onInstall ? { onInstall } : {}) });
  return found.ok ? undefined : found.problem;
};
