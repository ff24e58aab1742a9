import { describe, expect, it } from 'vitest';
import { addressChecks } from './address.checks.ts';
import { violations } from './check.ts';
import type { Check, CheckGroup } from './check.ts';
import { configuredChecks } from './configured.checks.ts';
import { eventChecks } from './events.checks.ts';
import { garbageChecks } from './garbage.checks.ts';
import { inboundChecks } from './inbound.checks.ts';
import { lineChecks } from './line.checks.ts';
import { manifestChecks } from './manifest.checks.ts';
import { outboundChecks } from './outbound.checks.ts';
import type { ConformanceSpec } from './spec.ts';

export const groups: readonly CheckGroup[] = [
  manifestChecks,
  configuredChecks,
  addressChecks,
  inboundChecks,
  eventChecks,
  garbageChecks,
  outboundChecks,
  lineChecks,
];

/** Why a check is left out: the connector's own reason, or that it does not concern it. */
export const leftOut = (check: Check, spec: ConformanceSpec): string | undefined =>
  spec.skips?.[check.name] ?? check.without?.(spec);

/**
 * The public shape of a connector, as tests. Green means that the gateway can take it. A connector's test calls this once;
 * what is left out shows in the report with its reason.
 */
export function conformance(spec: ConformanceSpec): void {
  describe(`conformance of ${spec.connector.manifest.name}`, () => {
    for (const group of groups) {
      describe(`${group.name}`, () => {
        for (const check of group.checks) declare(check, spec);
      });
    }
    it('leaves out only checks that exist, each with a reason', () => {
      expect(unknownSkips(spec)).toEqual([]);
    });
  });
}

function declare(check: Check, spec: ConformanceSpec): void {
  const reason = leftOut(check, spec);
  const title = reason === undefined ? check.name : `skipped: ${check.name} because ${reason}`;
  it(`${title}`, async () => {
    expect(reason === undefined ? await violations(check, spec) : []).toEqual([]);
  });
}

/** Skips that name no check, or give no reason. */
export function unknownSkips({ skips = {} }: ConformanceSpec): string[] {
  const known = new Set(groups.flatMap(({ checks }) => checks.map(({ name }) => name)));
  return Object.entries(skips).flatMap(([name, reason]) => (known.has(name) && reason.trim() ? [] : [name]));
}
