import { describe, expect, it } from 'vitest';
import { canonicalId, isReceipt, readReceipt, spellings } from './receipts.ts';
import type { ShortMessage } from './wire.ts';
import { tags } from './wire.ts';

const receipt = (text: string, tlvs: [number, Buffer][] = [], esmClass = 0x04): ShortMessage => ({
  source: { ton: 1, npi: 1, value: '33639980001' },
  destination: { ton: 1, npi: 1, value: '33639980100' },
  esmClass,
  dataCoding: 0,
  octets: Buffer.from(text, 'latin1'),
  tlvs: new Map(tlvs),
});
const read = (message: ShortMessage) => readReceipt(message, 'auto');
const line = (stat: string, err = '000') =>
  `id:0000A1 sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:${stat} err:${err} Text:id:99 stat:UNDELIV`;

describe('message ids', () => {
  it('have one form for case and leading zeros', () => {
    expect(['00a1', 'A1', '0xA1', ' 0a1 '].map(canonicalId)).toEqual(['A1', 'A1', 'A1', 'A1']);
    expect(canonicalId('0000')).toBe('0');
    expect(canonicalId('we23X-aB')).toBe('we23X-aB');
  });

  it('are read in both bases, or as the account says', () => {
    expect(spellings('161', 'auto')).toEqual(['161', 'A1', '353']);
    expect(spellings('a1', 'auto')).toEqual(['A1', '161']);
    expect(spellings('161', 'same')).toEqual(['161']);
    expect(spellings('161', 'decimal')).toEqual(['A1', '161']);
    expect(spellings('161', 'hex')).toEqual(['353', '161']);
    expect(spellings('18446744073709551615', 'auto')).toContain('FFFFFFFFFFFFFFFF');
    expect(spellings('f'.repeat(200), 'auto')).toHaveLength(1);
  });
});

describe('receipts', () => {
  const states: [string, string, string | undefined][] = [
    ['DELIVRD', 'delivered', undefined],
    ['delivrd', 'delivered', undefined],
    ['DELIVERED', 'delivered', undefined],
    ['EXPIRED', 'failed', 'undelivered'],
    ['DELETED', 'failed', 'undelivered'],
    ['UNDELIV', 'failed', 'undelivered'],
    ['ACCEPTD', 'sent', undefined],
    ['UNKNOWN', 'failed', 'outcome_unknown'],
    ['REJECTD', 'failed', 'platform_refused'],
    ['ENROUTE', 'sent', undefined],
  ];
  for (const [stat, state, code] of states)
    it(`${stat} is ${state}`, () => {
      const item = read(receipt(line(stat, '045')));
      expect(item).toMatchObject({ type: 'receipt', providerIds: ['A1', '161'], state });
      expect(item.type === 'receipt' && item.failure?.code).toBe(code);
    });

  it('are read from the parameters first, with or without a zero at the end', () => {
    for (const id of ['00B2\0', '00b2']) {
      const item = read(
        receipt(line('UNDELIV'), [
          [tags.receiptedMessageId, Buffer.from(id)],
          [tags.messageState, Buffer.from([2])],
        ]),
      );
      expect(item).toMatchObject({ state: 'delivered', providerIds: ['B2', '178', 'A1', '161'] });
    }
  });

  it('carry the network error code', () => {
    const item = read(
      receipt('', [
        [tags.receiptedMessageId, Buffer.from('7\0')],
        [tags.messageState, Buffer.from([5])],
        [tags.networkErrorCode, Buffer.from([3, 0, 27])],
      ]),
    );
    expect(item).toMatchObject({
      state: 'failed',
      failure: { code: 'undelivered', platform_code: 'UNDELIV:27' },
    });
  });

  it('end nothing where they are intermediate', () =>
    expect(read(receipt(line('UNDELIV'), [], 0x20))).toMatchObject({ state: 'sent' }));

  it('are found in message_payload too', () =>
    expect(read(receipt('', [[tags.messagePayload, Buffer.from(line('DELIVRD'))]]))).toMatchObject({
      state: 'delivered',
    }));

  it('without an id or with an unknown state are ignored, with the reason', () => {
    expect(read(receipt('stat:DELIVRD'))).toEqual({ type: 'ignored', reason: 'receipt_without_id' });
    expect(read(receipt('id:1 stat:SOMETHING'))).toEqual({
      type: 'ignored',
      reason: 'receipt_without_known_state',
    });
    expect(read(receipt('id:1 stat:constructor'))).toEqual({
      type: 'ignored',
      reason: 'receipt_without_known_state',
    });
  });

  it('cannot be made by a consumer who writes like one', () => {
    expect(isReceipt(receipt(line('DELIVRD'), [], 0))).toBe(false);
    expect(
      isReceipt(
        receipt(
          '',
          [
            [tags.receiptedMessageId, Buffer.from('7')],
            [tags.messageState, Buffer.from([2])],
          ],
          0,
        ),
      ),
    ).toBe(true);
  });
});
