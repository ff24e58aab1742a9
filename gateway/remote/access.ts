import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { connectorPermissions, connectorUser } from '../../protocol/subjects.ts';

/** How a connector in another process gets onto the gateway's own nats-server: a file for each, which only its owner reads. */
const accessSchema = z.object({ url: z.string(), user: z.string(), password: z.string() });
export type Access = z.infer<typeof accessSchema>;

const folderOf = (dataFolder: string): string => join(dataFolder, 'nats', 'connectors');
const fileOf = (dataFolder: string, name: string): string => join(folderOf(dataFolder), `${name}.json`);

/** Written at each start, and only those of now. */
export async function writeAccess(
  dataFolder: string,
  url: string,
  users: readonly { name: string; password: string }[],
): Promise<void> {
  const folder = folderOf(dataFolder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { name, password } of users) {
    const access: Access = { url, user: connectorUser(name), password };
    await writeFile(fileOf(dataFolder, name), `${JSON.stringify(access)}\n`, { mode: 0o600 });
  }
}

export async function readAccess(dataFolder: string, name: string): Promise<Access | undefined> {
  try {
    return accessSchema.parse(JSON.parse(await readFile(fileOf(dataFolder, name), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The port where the server was, for it to be there again. */
export async function formerPort(dataFolder: string, names: readonly string[]): Promise<number | undefined> {
  for (const name of names) {
    const access = await readAccess(dataFolder, name);
    if (access) return Number(new URL(access.url).port) || undefined;
  }
  return undefined;
}

/** The access as one address, which any client or tool takes apart. */
export function accessAddress({ url, user, password }: Access): string {
  const address = new URL(url);
  address.username = user;
  address.password = password;
  return address.href;
}

/** The user to put into the configuration of a nats-server that the operator runs. */
export const userStanza = (name: string): string => {
  const { publish, subscribe } = connectorPermissions(name);
  const list = (subjects: string[]) => subjects.map((one) => `"${one}"`).join(', ');
  return `{
  user: "${connectorUser(name)}", password: "…"
  permissions: {
    publish: { allow: [${list(publish)}] }
    subscribe: { allow: [${list(subscribe)}] }
    allow_responses: { max: 1, expires: "2m" }
  }
}`;
};
