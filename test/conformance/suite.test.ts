import { describe, expect, it } from 'vitest';
import { violations } from './check.ts';
import { spec } from './example/example.conformance.ts';
import { plantedInbound } from './planted.inbound.ts';
import { plantedOutbound } from './planted.outbound.ts';
import type { ConformanceSpec } from './spec.ts';
import { conformance, groups, leftOut, unknownSkips } from './suite.ts';

conformance(spec);

/** Names of the checks that find something wrong. */
async function failing(broken: ConformanceSpec): Promise<string[]> {
  const names: string[] = [];
  for (const check of groups.flatMap(({ checks }) => checks))
    if (leftOut(check, broken) === undefined && (await violations(check, broken)).length)
      names.push(check.name);
  return names;
}

const planted = [...plantedInbound, ...plantedOutbound];

describe('the suite', () => {
  it.each(planted)('sees a connector that %s', async (_what, check, violating) => {
    expect(await failing(violating)).toContain(check);
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
