import type { Log } from '../../connectors/contract/index.ts';
import {
  heartbeatMs,
  registerHeadSchema,
  registerRequestSchema,
  wireProtocol,
} from '../../protocol/connector-wire/index.ts';
import type { refusalCodes } from '../../protocol/connector-wire/index.ts';
import type { Catalogue } from './catalogue.ts';
import { readWire } from './codec.ts';

const maxManifestBytes = 256 * 1024;

interface FieldError {
  pointer: string;
  detail: string;
}

export type Registered =
  | { accepted: true; heartbeat_ms: number; active: boolean; unusable_accounts?: string[] }
  | { accepted: false; code: (typeof refusalCodes)[number]; detail: string; errors?: FieldError[] };

export interface RegisterOptions {
  names: readonly string[];
  catalogue: Catalogue;
  log: Log;
  /** A sign of life; true if this instance is the active one. */
  alive(name: string, instance: string): boolean;
}

const refused = (code: (typeof refusalCodes)[number], detail: string, errors?: FieldError[]): Registered => ({
  accepted: false,
  code,
  detail,
  ...(errors ? { errors } : {}),
});

/** Says whether a connector may serve under the name in its subject, and why not. Repeated unchanged, it is a sign of life. */
export async function register(
  { names, catalogue, log, alive }: RegisterOptions,
  name: string,
  payload: string,
): Promise<Registered> {
  if (!names.includes(name))
    return refused(
      'not_listed',
      'The operator has not listed this name: add it to PASSERELLE_REMOTE_CONNECTORS and restart the gateway.',
    );
  const head = readWire(payload, registerHeadSchema);
  if (!head.ok) return refused('invalid', head.detail, head.errors);
  const { protocol, instance, manifest: raw } = head.value as typeof head.value & { manifest?: unknown };
  if (protocol !== wireProtocol)
    return refused('unsupported_protocol', `This gateway speaks version ${wireProtocol} of the wire.`);
  if (raw !== undefined && catalogue.knows(name, raw))
    return { accepted: true, heartbeat_ms: heartbeatMs, active: alive(name, instance) };
  if (payload.length > maxManifestBytes)
    return refused('invalid', `A manifest has at most ${maxManifestBytes} bytes.`);
  const read = readWire(payload, registerRequestSchema);
  if (!read.ok) return refused('invalid', read.detail, read.errors);
  const { manifest } = read.value;
  if (manifest.name !== name)
    return refused('name_mismatch', `The manifest is of ${manifest.name}, the subject of ${name}.`);
  const unusable = await catalogue.take(raw as Record<string, unknown>, manifest);
  if (!unusable)
    return refused('invalid', 'The schemas of config and credentials are none that can be checked with.', [
      { pointer: '/manifest/config', detail: 'see ConnectorField in the AsyncAPI document' },
    ]);
  log.info('remote.registered', { connector: name, unusable });
  return {
    accepted: true,
    heartbeat_ms: heartbeatMs,
    active: alive(name, instance),
    ...(unusable.length > 0 ? { unusable_accounts: unusable } : {}),
  };
}
