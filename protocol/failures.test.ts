import { expect, test } from 'vitest';
import { failure, failureCodes, failureSchema, failures } from './failures.ts';

test.each(failureCodes)('%s says whose fault it is, what to do, and how it looks over HTTP', (code) => {
  const { permanent, fault, http, advice } = failures[code];
  expect(http).toBeGreaterThanOrEqual(400);
  expect(http).toBeLessThan(600);
  expect(advice).toMatch(/^[A-Z].{15,}\.$/);
  // what the gateway tries again by itself is the platform's trouble
  if (!permanent) expect(fault).toBe('platform');
  if (fault === 'merchant' || fault === 'consumer') expect(http).toBeLessThan(500);
});

test.each(failureCodes)(
  '%s makes a failure that fits its schema, with the platform’s code or without',
  (code) => {
    expect(failureSchema.parse(failure(code))).not.toHaveProperty('platform_code');
    expect(failureSchema.parse(failure(code, 131_047))).toMatchObject({ code, platform_code: '131047' });
    expect(failureSchema.parse(failure(code, 'x'.repeat(1000))).platform_code).toHaveLength(128);
  },
);

test('the list is closed', () => {
  expect(failureSchema.safeParse({ ...failure('internal'), code: 'something_else' }).success).toBe(false);
  expect(failureSchema.safeParse({ ...failure('internal'), detail: 'text of a platform' }).success).toBe(
    false,
  );
});
