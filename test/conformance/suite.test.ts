import { describe, expect, it } from 'vitest';
import { violations } from './check.ts';
import { spec } from './example/example.conformance.ts';
import { plantedConfigured } from './planted.configured.ts';
import { plantedEvents } from './planted.events.ts';
import { plantedInbound } from './planted.inbound.ts';
import { plantedOutbound } from './planted.outbound.ts';
import type { ConformanceSpec } from './spec.ts';
import { conformance, groups, leftOut, unknownSkips } from './suite.ts';

conformance(spec);

/** What the check of that name finds; a check that is left out finds nothing. */
async function found(name: string, broken: ConformanceSpec): Promise<string[]> {
  const check = groups.flatMap(({ checks }) => checks).find((of) => of.name === name);
  return check && leftOut(check, broken) === undefined ? violations(check, broken) : [];
}

const planted = [...plantedConfigured, ...plantedInbound, ...plantedEvents, ...plantedOutbound];

describe('the suite', () => {
  it.each(planted)('sees a connector that %s', async (_what, check, violating) => {
    expect(await found(check, violating)).not.toEqual([]);
    expect(await found(check, spec)).toEqual([]);
  });

  it('has a planted violation for every check', () => {
    const seen = new Set(planted.map(([, check]) => check));
    expect(
      groups.flatMap(({ checks }) => checks.map(({ name }) => name)).filter((name) => !seen.has(name)),
    ).toEqual([]);
  });

  it('takes no skip without a reason or of a check that does not exist', () => {
    expect(
      unknownSkips({ ...spec, skips: { 'is named as its folder': ' ', 'no such check': 'why not' } }),
    ).toEqual(['is named as its folder', 'no such check']);
  });
});
