import { describe, expect, it } from 'vitest';
import type { HookRequest } from '../../contract/index.ts';
import { readMailbox, writtenMailbox } from './address.ts';
import { readFileForm, textOfField } from './multipart.ts';

const request = (body: string, type = 'multipart/form-data; boundary="b"'): HookRequest => ({
  method: 'POST',
  path: '',
  url: 'https://gateway.test/hooks/x/y',
  query: new URLSearchParams(),
  headers: { 'content-type': type },
  body: Buffer.from(body, 'latin1'),
});
const part = (head: string, value: string): string => `--b\r\n${head}\r\n\r\n${value}\r\n`;
const field = (name: string, value: string): string =>
  part(`Content-Disposition: form-data; name="${name}"`, value);

describe('a form with files', () => {
  it('gives each field once, and files byte for byte', () => {
    const bytes = '\u0000\u0001\r\n--bc\r\n\u00ff';
    const file = part(
      'content-disposition: form-data; name="f"; filename="a%22b.bin"\r\nCONTENT-TYPE: Image/PNG; x=y',
      bytes,
    );
    const read = readFileForm(
      request(`preamble\r\n${field('a', '1')}${field('a', '2')}${file}--b--\r\nepilogue`),
    );
    if (!read.ok) throw new Error(read.detail);
    expect(textOfField(read.form, 'a')).toBe('1');
    expect(textOfField(read.form, 'missing')).toBe('');
    const found = read.form.files.get('f');
    expect(found).toMatchObject({ name: 'a"b.bin', mediaType: 'image/png' });
    expect(Buffer.from(found!.bytes).toString('latin1')).toBe(bytes);
  });

  it('takes empty values, names of Object and other charsets', () => {
    const read = readFileForm(request(`${field('__proto__', '')}${field('x', 'd\u00e9j\u00e0')}--b--`));
    if (!read.ok) throw new Error(read.detail);
    expect(read.form.fields.get('__proto__')).toHaveLength(0);
    expect(textOfField(read.form, 'x', 'iso-8859-1')).toBe('déjà');
    expect(textOfField(read.form, 'x', 'no-such-charset')).toBe('d\ufffdj\ufffd');
  });

  it.each([
    ['no parts', 'hello', undefined],
    ['an end within a part', '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nvalue', undefined],
    ['no end', field('a', '1'), undefined],
    ['too many parts', `${field('a', '1').repeat(401)}--b--`, undefined],
    ['no boundary', field('a', '1'), 'multipart/form-data'],
    ['another type', '{}', 'application/json'],
  ])('is refused with %s', (_name, body, type) => {
    expect(readFileForm(request(body, type))).toMatchObject({ ok: false });
  });
});

describe('a mailbox in words', () => {
  it.each([
    ['ada@example.com', '', 'ada@example.com'],
    ['Ada <ada@example.com>', 'Ada', 'ada@example.com'],
    ['"Lovelace, \\"A\\" <x>" <ada@example.com>', 'Lovelace, "A" <x>', 'ada@example.com'],
    ['<ada@example.com>, bob@example.com', '', 'ada@example.com'],
  ])('%s', (written, name, address) => expect(readMailbox(written)).toEqual({ name, address }));

  it('is written so that a name breaks nothing', () => {
    const mailbox = { name: 'Shop "1" <a@b>, \\', address: 'support@shop.test' };
    expect(readMailbox(writtenMailbox(mailbox))).toEqual(mailbox);
  });
});
