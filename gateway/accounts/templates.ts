import type { MessageTemplate, TemplatesOutcome } from '../../connectors/contract/index.ts';
import { Refusal } from '../problems.ts';
import { inTime } from './in-time.ts';
import type { AccountOptions } from './options.ts';
import type { LiveAccount } from './registry.ts';

const askTimeoutMs = 8000;
/** For so long a list is given again as it is. */
const templatesKeptMs = 60_000;
/** One younger than this is not asked for anew, whoever wishes it. */
const templatesFreshMs = 5000;
/** Lists are up to some megabytes: no more of them are kept. */
const maxKept = 32;

interface Kept {
  atMs: number;
  templates: readonly MessageTemplate[];
}

/** The templates of accounts as their platforms list them. Kept by the account as it was: a changed one is asked about anew. */
export interface TemplateBook {
  /** Throws a refusal where there is no list. */
  of(live: LiveAccount, options?: { refresh?: boolean }): Promise<readonly MessageTemplate[]>;
}

export function createTemplateBook(options: Pick<AccountOptions, 'clock' | 'context' | 'log'>): TemplateBook {
  const { clock } = options;
  const kept = new Map<LiveAccount, Kept>();
  const asked = new Map<LiveAccount, Promise<readonly MessageTemplate[]>>();
  const keep = (live: LiveAccount, templates: readonly MessageTemplate[]) => {
    const nowMs = clock.now();
    kept.delete(live);
    for (const [other, { atMs }] of kept) if (nowMs - atMs >= templatesKeptMs) kept.delete(other);
    for (const [oldest] of kept) if (kept.size >= maxKept) kept.delete(oldest);
    kept.set(live, { atMs: nowMs, templates });
    return templates;
  };
  return {
    async of(live, { refresh = false } = {}) {
      const known = kept.get(live);
      if (known && clock.now() - known.atMs < (refresh ? templatesFreshMs : templatesKeptMs))
        return known.templates;
      // whoever comes meanwhile gets the same answer
      const asking = asked.get(live) ?? ask(options, live).then((templates) => keep(live, templates));
      asked.set(live, asking);
      try {
        return await asking;
      } finally {
        asked.delete(live);
      }
    },
  };
}

async function ask(
  { context, log }: Pick<AccountOptions, 'context' | 'log'>,
  { connector, account }: LiveAccount,
): Promise<readonly MessageTemplate[]> {
  const { title, name } = connector.manifest;
  if (!connector.templates) throw new Refusal('conflict', `${title} has no templates to list.`);
  const { templates } = connector;
  const outcome = await inTime<TemplatesOutcome | undefined>(
    context,
    { ms: askTimeoutMs, otherwise: undefined },
    (within) => templates(account, within),
  ).catch((error: unknown) => {
    log.error('connector.templates_threw', { error, connector: name, accountId: account.id });
  });
  if (outcome?.type === 'listed') return outcome.templates;
  if (outcome?.type === 'unset')
    throw new Refusal('conflict', `The account lacks what ${title} lists templates by.`, {
      errors: outcome.fields.map((field) => ({
        pointer: `/${field.replaceAll('.', '/')}`,
        detail: 'is not set',
      })),
    });
  const code = outcome?.failure.platform_code;
  const told = code === undefined ? '' : ` (${code})`;
  if (outcome?.failure.permanent)
    throw new Refusal(
      'conflict',
      `${title} does not let this account list its templates${told}. Check the account: POST /v1/accounts/{id}/probe.`,
    );
  const waitMs = outcome?.retryAfterMs;
  throw new Refusal(
    'platform_failed',
    `${title} did not list the templates${told}.`,
    waitMs === undefined ? {} : { retryAfterSeconds: Math.ceil(waitMs / 1000) },
  );
}
