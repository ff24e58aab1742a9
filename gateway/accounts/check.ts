import { z } from 'zod';
import type { Account, Connector, ProbeOutcome } from '../../connectors/contract/index.ts';
import { problemErrors } from '../../protocol/problem.ts';
import { Refusal } from '../problems.ts';
import type { AccountProbe } from '../store/port.ts';
import type { AccountOptions } from './options.ts';

const probeTimeoutMs = 8000;
const maxDetail = 500;

const maxTextLength = 16_384;

function* longTexts(value: unknown, pointer = ''): Generator<string> {
  if (typeof value === 'string' && value.length > maxTextLength) yield pointer;
  if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) yield* longTexts(inner, `${pointer}/${name}`);
}

/** Configuration and credentials by the connector's own schemas, or a refusal that says where. */
export function checked(
  connector: Connector,
  config: unknown,
  credentials: unknown,
): { config: Record<string, unknown>; credentials: Record<string, unknown> } {
  // patterns come from connectors, also from those of strangers: none is tried on a text that takes long
  const long = [...longTexts({ config, credentials })];
  if (long.length > 0)
    throw new Refusal('invalid_request', `The account is not what ${connector.manifest.title} needs.`, {
      errors: long.map((pointer) => ({ pointer, detail: `is longer than ${maxTextLength} characters` })),
    });
  const parts = {
    config: connector.manifest.config.safeParse(config),
    credentials: connector.manifest.credentials.safeParse(credentials),
  };
  const errors = Object.entries(parts).flatMap(([part, result]) =>
    result.success
      ? []
      : problemErrors(result.error).map(({ pointer, detail }) => ({ pointer: `/${part}${pointer}`, detail })),
  );
  if (!parts.config.success || !parts.credentials.success)
    throw new Refusal('invalid_request', `The account is not what ${connector.manifest.title} needs.`, {
      errors,
    });
  return {
    config: parts.config.data as Record<string, unknown>,
    credentials: parts.credentials.data as Record<string, unknown>,
  };
}

/** Asks the platform, with an account that need not be saved. undefined: it has no way to be asked. */
export async function askPlatform(
  { context, clock, log }: Pick<AccountOptions, 'context' | 'clock' | 'log'>,
  connector: Connector,
  account: Account,
): Promise<{ outcome: ProbeOutcome; kept: AccountProbe } | undefined> {
  if (!connector.probe) return undefined;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(probeTimeoutMs)]);
  const outcome = await withinTime(connector.probe(account, { ...context, signal })).catch(
    (error: unknown): ProbeOutcome => {
      log.error('connector.probe_threw', {
        error,
        connector: connector.manifest.name,
        accountId: account.id,
      });
      return { ok: false, detail: 'The connector could not ask the platform.' };
    },
  );
  const detail = outcome.detail ?? 'The platform accepts the credentials.';
  const expiresAtMs = outcome.ok ? outcome.expiresAtMs : undefined;
  const kept: AccountProbe = {
    ok: outcome.ok,
    detail: detail.slice(0, maxDetail),
    atMs: clock.now(),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
  return { outcome, kept };
}

/** A connector that doesn't keep to its signal holds up nobody for long. */
const withinTime = (asked: Promise<ProbeOutcome>): Promise<ProbeOutcome> =>
  Promise.race([
    asked,
    new Promise<ProbeOutcome>((resolve) => {
      setTimeout(
        () => resolve({ ok: false, detail: 'The platform did not answer in time.' }),
        probeTimeoutMs + 1000,
      ).unref();
    }),
  ]);

/** Throws what to tell the merchant where the platform doesn't accept the account as it would be. */
export async function checkWithPlatform(
  options: Pick<AccountOptions, 'context' | 'clock' | 'log'>,
  connector: Connector,
  account: Account,
): Promise<AccountProbe | undefined> {
  const asked = await askPlatform(options, connector, account);
  if (!asked || asked.outcome.ok) return asked?.kept;
  const { detail, fields } = asked.outcome;
  throw new Refusal(
    'invalid_request',
    `${connector.manifest.title} does not accept this account: ${detail} (validate=false saves it unasked.)`,
    {
      errors: blamed(connector, fields).map((pointer) => ({
        pointer,
        detail: 'not accepted by the platform',
      })),
    },
  );
}

/** Where the fault is: the fields that the connector names, else every credential it asks for, else the configuration. */
function blamed({ manifest }: Connector, fields: readonly string[] | undefined): string[] {
  if (fields && fields.length > 0) return fields.map((field) => `/${field.replaceAll('.', '/')}`);
  const schema = z.toJSONSchema(manifest.credentials, { io: 'input', unrepresentable: 'any' });
  const names = Object.keys((schema as { properties?: object }).properties ?? {});
  return names.length > 0 ? names.map((name) => `/credentials/${name}`) : ['/config'];
}
