import type { SetupOutcome } from '../../connectors/contract/index.ts';
import type { AccountSetup } from '../store/port.ts';
import type { AccountOptions } from './options.ts';
import { everyAccount } from './registry.ts';
import type { LiveAccount } from './registry.ts';

const timeoutMs = 8000;
const atOnce = 4;
const maxDetail = 500;

/** Whether the platform calls the account at all. Connectors with servers of their own have pages for their own clients only. */
const isCalled = ({ connector }: LiveAccount): boolean =>
  connector.hook !== undefined || (connector.pages?.handle !== undefined && connector.server === undefined);

async function call(
  { context, log }: AccountOptions,
  live: LiveAccount,
  ability: 'setup' | 'teardown',
): Promise<SetupOutcome | undefined> {
  const act = live.connector[ability];
  if (!act) return undefined;
  const late = new Promise<SetupOutcome>((resolve) => {
    const outcome = { ok: false, detail: 'The platform did not answer in time.' } as const;
    setTimeout(() => resolve(outcome), timeoutMs + 1000).unref();
  });
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    return await Promise.race([act(live.account, { ...context, signal }), late]);
  } catch (error) {
    log.error(`connector.${ability}_threw`, {
      error,
      connector: live.row.connector,
      accountId: live.row.id,
    });
    return { ok: false, detail: 'The connector could not talk to the platform.' };
  }
}

/**
 * Has the platform call the account's hook, where the platform lets one; else says what to do by hand. Kept with the account, not
 * thrown: an account whose set-up failed can still send. undefined: nobody calls this account.
 */
export async function setUp(options: AccountOptions, live: LiveAccount): Promise<AccountSetup | undefined> {
  if (!isCalled(live)) return undefined;
  const { hookUrl } = live.account;
  const outcome = await call(options, live, 'setup');
  const setup: AccountSetup = {
    ...(outcome
      ? {
          state: outcome.ok ? 'registered' : 'failed',
          detail: (outcome.detail ?? 'The platform calls the hook address.').slice(0, maxDetail),
        }
      : {
          state: 'manual',
          detail: `Tell ${live.connector.manifest.title} to call ${hookUrl}; how is in the documents of the connector.`,
        }),
    atMs: options.clock.now(),
    hookUrl,
  };
  if (setup.state === 'failed')
    options.log.warn('account.setup_failed', { accountId: live.row.id, connector: live.row.connector });
  // removed meanwhile: nothing is left to say
  if (options.registry.get(live.row.id))
    await options.store.write((tx) => options.conditions.change(tx, live.row.id, { setup }));
  return setup;
}

/** The account goes: the platform need not call it any more. That it could not be told keeps nobody from going. */
export async function tearDown(options: AccountOptions, live: LiveAccount): Promise<void> {
  const outcome = await call(options, live, 'teardown');
  if (outcome?.ok === false)
    options.log.warn('account.teardown_failed', { accountId: live.row.id, connector: live.row.connector });
}

/**
 * At start, and for one connector when it is there again: what failed is tried again, and what was registered for another address is
 * registered for this one.
 */
export async function repeatSetups(options: AccountOptions, connector?: string): Promise<void> {
  const { registry, conditions } = options;
  const all = connector === undefined ? everyAccount(registry) : [...registry.ofConnector(connector)];
  const due = all.filter((live) => {
    const { setup } = conditions.get(live.row.id);
    return setup !== null && (setup.state === 'failed' || setup.hookUrl !== live.account.hookUrl);
  });
  const work = async () => {
    for (let live = due.shift(); live; live = due.shift()) await setUp(options, live);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
