import { z } from 'zod';
import { callApi } from './api.ts';
import type { CommandContext, Target } from './context.ts';
import { printable } from './terminal.ts';

const accountSchema = z.looseObject({
  id: z.string(),
  connector: z.string(),
  channel: z.string().optional(),
  name: z.string().optional(),
  state: z.string().optional(),
  test: z.boolean().optional(),
  hook_url: z.string().optional(),
});
export type AccountShown = z.infer<typeof accountSchema>;
const pageSchema = z.looseObject({
  data: z.array(accountSchema),
  has_more: z.boolean().optional(),
  next: z.string().nullish(),
});

/** All accounts of the merchant, page by page. */
export async function fetchAccounts(
  target: Target,
): Promise<{ ok: true; accounts: AccountShown[] } | { ok: false; line: string }> {
  const accounts: AccountShown[] = [];
  for (let cursor: string | undefined; ;) {
    const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const page = await callApi(target, { method: 'GET', path: `/v1/accounts${query}`, expects: pageSchema });
    if (!page.ok) return page;
    accounts.push(...page.body.data);
    if (!page.body.has_more || !page.body.next) return { ok: true, accounts };
    cursor = page.body.next;
  }
}

/** Columns of a table, each as wide as its widest cell. */
function table(rows: readonly string[][]): string[] {
  const widths = rows.reduce<number[]>(
    (least, row) => row.map((cell, i) => Math.max(cell.length, least[i] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

export async function listAccounts(target: Target, { out, note, paint }: CommandContext): Promise<number> {
  const found = await fetchAccounts(target);
  if (!found.ok) {
    note(found.line);
    return 1;
  }
  if (found.accounts.length === 0) {
    note('No account yet: npx passerelle accounts add CONNECTOR --help');
    return 0;
  }
  const rows = found.accounts.map(({ id, connector, name = '', state = '', test }) =>
    [id, connector, test ? 'test' : 'live', state, name].map((cell) => printable(cell)),
  );
  const [head, ...lines] = table([['ID', 'CONNECTOR', 'MODE', 'STATE', 'NAME'], ...rows]);
  out(paint('dim', head ?? ''));
  for (const line of lines) out(line);
  return 0;
}

export interface AddOptions {
  target: Target;
  connector: string;
  name: string;
  /** JSON objects as text. */
  config: string;
  credentials: string;
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export async function addAccount(options: AddOptions, { out, note, paint }: CommandContext): Promise<number> {
  const config = jsonObject(options.config);
  const credentials = jsonObject(options.credentials);
  if (!config || !credentials) {
    note(`${config ? 'The credentials are' : '--config is'} no JSON object`);
    return 1;
  }
  const { connector, name, target } = options;
  const body = { connector, name, config, credentials };
  const added = await callApi(target, { method: 'POST', path: '/v1/accounts', body, expects: accountSchema });
  if (!added.ok) {
    note(added.line);
    return 1;
  }
  out(`${paint('bold', added.body.id)}  ${printable(added.body.connector)}`);
  if (added.body.hook_url) out(`Hook   ${paint('cyan', printable(added.body.hook_url))}`);
  return 0;
}

export async function removeAccount(
  target: Target,
  id: string,
  { out, note }: CommandContext,
): Promise<number> {
  const removed = await callApi(target, {
    method: 'DELETE',
    path: `/v1/accounts/${encodeURIComponent(id)}`,
    expects: z.unknown(),
  });
  if (removed.ok) out(`${id}  removed`);
  else note(removed.line);
  return removed.ok ? 0 : 1;
}

const probeSchema = z.looseObject({ ok: z.boolean(), detail: z.string().optional() });

/** Asks the platform whether an account's credentials work; undefined where the connector cannot ask. */
export async function probeAccount(
  target: Target,
  id: string,
): Promise<{ ok: boolean; detail: string } | undefined> {
  const probed = await callApi(target, {
    method: 'POST',
    path: `/v1/accounts/${encodeURIComponent(id)}/probe`,
    expects: probeSchema,
  });
  if (probed.ok) return { ok: probed.body.ok, detail: printable(probed.body.detail ?? '') };
  return probed.status === 404 || probed.status === 405 || probed.status === 501
    ? undefined
    : { ok: false, detail: probed.line };
}
