import { describe, expect, it } from 'vitest';
import { normalise, phoneAddress, recipientOf } from './address.ts';

const of = (address: string, country?: string) => normalise(address, { country });

describe('a WhatsApp address', () => {
  it('is one number however people and WhatsApp write it', () => {
    for (const brazil of ['+5511999990000', '+551199990000', '+55 (11) 9999-0000'])
      expect(of(`whatsapp:${brazil}`)).toBe('whatsapp:+5511999990000');
    for (const argentina of ['+5491155550100', '+541155550100', '+54 11 15 5555 0100'])
      expect(of(`whatsapp:${argentina}`)).toBe('whatsapp:+5491155550100');
    for (const mexico of ['+525555550100', '+5215555550100'])
      expect(of(`whatsapp:${mexico}`)).toBe('whatsapp:+525555550100');
  });
  it('leaves Brazilian and Argentine landlines of other lengths alone', () => {
    expect(of('whatsapp:+551133330000')).toBe('whatsapp:+551133330000');
  });
  it('is a user id as it is, country and portfolio included', () => {
    for (const id of ['FR.840200000000001', 'US.ENT.11800000000000000', 'BR.aB3'])
      expect(of(`whatsapp:${id}`)).toBe(`whatsapp:${id}`);
  });
  it('is national only where the account says which nation', () => {
    expect(of('whatsapp:0639980001')).toBeUndefined();
    expect(of('whatsapp:0639980001', 'FR')).toBe('whatsapp:+33639980001');
  });
  it('names the receiver by the field that the platform wants', () => {
    expect(recipientOf('whatsapp:+33639980001')).toEqual({ to: '+33639980001' });
    expect(recipientOf('whatsapp:FR.840200000000001')).toEqual({ recipient: 'FR.840200000000001' });
    expect(phoneAddress('551199990000')).toBe('whatsapp:+5511999990000');
    expect(phoneAddress('')).toBeUndefined();
  });
});
