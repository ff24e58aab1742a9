import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { hashKey, makeApiKey, makeWebhookSecret } from './keys.ts';

test.each(['test', 'live'] as const)(
  'a %s key says what it is, and what is kept of it does not give it back',
  (mode) => {
    const { key, hash, prefix } = makeApiKey(mode);
    expect(key).toMatch(new RegExp(`^${mode}_[A-Za-z0-9_-]{43}$`));
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hashKey(key)).toBe(hash);
    expect(hash).not.toContain(key);
    expect(key.startsWith(prefix)).toBe(true);
    // at most 42 of its 256 bits are shown
    expect(prefix.length - mode.length - 1).toBeLessThanOrEqual(7);
  },
);

test('no two keys are the same, and no key is another by case, space or mode', () => {
  const keys = Array.from({ length: 1000 }, () => makeApiKey('live').key);
  expect(new Set(keys).size).toBe(1000);
  const [key] = keys;
  for (const other of [
    `${key} `,
    ` ${key}`,
    key!.toLowerCase(),
    key!.replace('live_', 'test_'),
    `${key}\0`,
    key!.slice(0, -1),
  ])
    expect(hashKey(other)).not.toBe(hashKey(key!));
});

test('a webhook secret is one that Standard Webhooks libraries take', () => {
  const secret = makeWebhookSecret();
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
  expect(new Webhook(secret).sign('id', new Date(0), 'x')).toMatch(/^v1,/);
  expect(makeWebhookSecret()).not.toBe(secret);
});
