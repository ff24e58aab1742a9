import type { Connector, Parsed, SendOutcome } from '../../connectors/contract/index.ts';
import { spec } from './example/example.conformance.ts';
import type { ConformanceSpec } from './spec.ts';

/** A connector broken on purpose, and the check that must see it. */
export type Planted = [what: string, check: string, ConformanceSpec];

const { connector } = spec;
export const { hook, sender, manifest } = connector as Required<Connector>;

export const broken = (change: Partial<Connector>, more: Partial<ConformanceSpec> = {}): ConformanceSpec => ({
  ...spec,
  connector: { ...connector, ...change },
  ...more,
});
export const withManifest = (change: Partial<Connector['manifest']>) =>
  broken({ manifest: { ...manifest, ...change } });
export const withSend = (outcome: (real: SendOutcome) => SendOutcome) =>
  broken({ sender: { send: async (...call) => outcome(await sender.send(...call)) } });
export const withParse = (change: (parsed: Parsed) => Parsed) =>
  broken({ hook: { ...hook, parse: (request, account) => change(hook.parse(request, account)) } });
