import { expect } from 'vitest';
import { mayFollow } from '../../protocol/delivery.ts';
import type { DeliveryState } from '../../protocol/delivery.ts';
import type { TestMerchant } from '../gateway/gateway.ts';

/** The states that a merchant was told of, in the order of arrival. Fails where one doesn't follow the one before (invariant 5). */
export function statesTold(merchant: TestMerchant, messageId: string): DeliveryState[] {
  let before: DeliveryState = 'queued';
  const told: DeliveryState[] = [];
  for (const event of merchant.receiver.events) {
    if (event.type !== 'delivery.updated' || event.data.message_id !== messageId) continue;
    const { state, previous } = event.data;
    expect(previous).toBe(before);
    expect(mayFollow(previous, state), `${previous} to ${state}`).toBe(true);
    told.push(state);
    before = state;
  }
  return told;
}

export interface TracedAttempt {
  outcome: string;
  failure?: { code: string };
}

/** What became of each call of the platform, from the trace. */
export async function attemptsOf(merchant: TestMerchant, messageId: string): Promise<TracedAttempt[]> {
  const { body } = await merchant.call('GET', `/v1/messages/${messageId}/trace`);
  return (body['entries'] as unknown as { step: string; detail: TracedAttempt }[])
    .filter(({ step }) => step === 'attempt')
    .map(({ detail }) => detail);
}

/** A message's own failure code, if it failed. */
export async function failureOf(merchant: TestMerchant, messageId: string): Promise<string | undefined> {
  return (
    (await merchant.call('GET', `/v1/messages/${messageId}`)).body['failure'] as { code: string } | undefined
  )?.code;
}
