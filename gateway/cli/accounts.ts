import { z } from 'zod';
import { callApi } from './api.ts';
import type { CommandContext, Target } from './context.ts';
import { openForm } from './account-form.ts';
import type { Given } from './account-form.ts';
import type { Paint } from './terminal.ts';
import { printable } from './terminal.ts';

const accountSchema = z.looseObject({
  id: z.string(),
  connector: z.string(),
  channel: z.string().optional(),
  name: z.string().optional(),
  state: z.string().optional(),
  test: z.boolean().optional(),
  hook_url: z.string().optional(),
  setup: z.looseObject({ state: z.string(), detail: z.string() }).optional(),
  probe: z.looseObject({ ok: z.boolean(), detail: z.string() }).optional(),
  health: z
    .looseObject({
      state: z.string(),
      breaker: z.string(),
      code: z.string().nullish(),
      credentials_expire_at: z.string().nullish(),
    })
    .optional(),
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

/** `expiring 2026-12-04`: what is fine otherwise ends on that day. Credentials that end later are told by `doctor` and `GET /v1/accounts`. */
function healthCell(health: AccountShown['health']): string {
  if (!health) return '';
  const day = (health.credentials_expire_at ?? '').slice(0, 10);
  return health.state === 'expiring' ? `expiring ${day}`.trim() : health.state;
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
  const rows = found.accounts.map(({ id, connector, name = '', state = '', test, health }) =>
    [id, connector, test ? 'test' : 'live', state, healthCell(health), name].map((cell) => printable(cell)),
  );
  const [head, ...lines] = table([['ID', 'CONNECTOR', 'MODE', 'STATE', 'HEALTH', 'NAME'], ...rows]);
  out(paint('dim', head ?? ''));
  for (const line of lines) out(line);
  return 0;
}

export interface AddOptions {
  target: Target;
  connector: string;
  name: string;
  /** JSON objects as text; where neither is given, whoever sits at the terminal is asked. */
  config: string | undefined;
  credentials: string | undefined;
  /** Save it without asking the platform. */
  unchecked: boolean;
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What was said on the command line. undefined after a note of why not. */
function said(options: AddOptions, { note }: CommandContext): Given | undefined {
  const config = jsonObject(options.config ?? '{}');
  const credentials = jsonObject(options.credentials ?? '{}');
  if (config && credentials) return { config, credentials };
  note(`${config ? 'The credentials are' : '--config is'} no JSON object`);
  return undefined;
}

export async function addAccount(options: AddOptions, context: CommandContext): Promise<number> {
  const { target, connector } = options;
  const nothingSaid = options.config === undefined && options.credentials === undefined;
  if (!nothingSaid || !context.prompt) {
    const given = said(options, context);
    return given && (await add(options, given, context)).added ? 0 : 1;
  }
  const prompt = context.prompt();
  try {
    const form = await openForm(target, connector, { ...context, prompt });
    if (!form) return 1;
    for (let given = await form.fill(); given;) {
      const { added, pointers } = await add(options, given, context);
      if (added) return 0;
      given = await form.mend(given, pointers);
    }
    return 1;
  } finally {
    prompt.close();
  }
}

async function add(
  { target, connector, name, unchecked }: AddOptions,
  given: Given,
  { out, note, paint }: CommandContext,
): Promise<{ added: boolean; pointers: string[] }> {
  const body = { connector, name, ...given };
  const path = unchecked ? '/v1/accounts?validate=false' : '/v1/accounts';
  const added = await callApi(target, { method: 'POST', path, body, expects: accountSchema });
  if (!added.ok) {
    note(added.line);
    return { added: false, pointers: added.pointers ?? [] };
  }
  const { id, probe, health, hook_url: hookUrl } = added.body;
  out(`${paint('bold', printable(id))}  ${printable(added.body.connector)}`);
  if (probe) out(`Is     ${printable(probe.detail)}`);
  const ends = health?.credentials_expire_at;
  if (ends) out(`Until  ${printable(ends.slice(0, 10))}: get new credentials from the platform before`);
  if (hookUrl) out(`Hook   ${paint('cyan', printable(hookUrl))}`);
  for (const line of setupLines(added.body, paint)) out(line);
  return { added: true, pointers: [] };
}

/** How the platform was told where to call, and what is left to do. */
function setupLines({ id, setup }: AccountShown, paint: Paint): string[] {
  if (!setup) return [];
  const mark = { registered: paint('green', '✓'), failed: paint('red', '✗') }[setup.state];
  const line = `${mark ?? paint('yellow', '–')}      ${printable(setup.detail)}`;
  const next = `       ${paint('bold', `→ then: npx passerelle accounts setup ${printable(id)}`)}`;
  return setup.state === 'failed' ? [line, next] : [line];
}

/** Has the platform told once more where to call. */
export async function setUpAccount(
  target: Target,
  id: string,
  { out, note, paint }: CommandContext,
): Promise<number> {
  const path = `/v1/accounts/${encodeURIComponent(id)}/setup`;
  const answer = await callApi(target, { method: 'POST', path, expects: accountSchema });
  if (!answer.ok) {
    note(answer.line);
    return 1;
  }
  const lines = setupLines(answer.body, paint);
  for (const line of lines) out(line);
  if (lines.length === 0) out('No platform calls this account');
  return answer.body.setup?.state === 'failed' ? 1 : 0;
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
