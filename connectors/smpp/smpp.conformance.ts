import type { ConformanceSpec, Fixture } from '../../test/conformance/spec.ts';
import type { InboundItem } from '../contract/index.ts';
import { connector } from './index.ts';
import { hashOfPieces, messageOf, readShortMessage } from './inbound.ts';
import type { Piece } from './inbound.ts';
import { testAccount } from './testing.ts';
import { commands, createFraming, decodeShortMessage, encodePdu, encodeShortMessage, esm } from './wire.ts';
import type { ShortMessage } from './wire.ts';

const account = testAccount({ host: 'smsc.test', sender: '+33639980100', country: 'FR' });

/** What the SMSC sends, as hexadecimal text or as bytes: the pure part of what the session does with it. */
function parse({ request }: Fixture): InboundItem[] {
  const bytes =
    request.text === undefined
      ? Buffer.from(request.base64 ?? '', 'base64')
      : Buffer.from(request.text, 'hex');
  const items: InboundItem[] = [];
  const series = new Map<string, (Piece | undefined)[]>();
  const finish = (pieces: readonly (Piece | undefined)[]) =>
    items.push(messageOf(pieces, `${hashOfPieces(pieces)}.0`, account.config));
  for (const pdu of createFraming().push(bytes) ?? []) {
    const message =
      pdu.commandId === commands.deliverSm || pdu.commandId === commands.dataSm
        ? decodeShortMessage(pdu)
        : undefined;
    const read = message && readShortMessage(message, account.config);
    if (read && read.type !== 'piece') items.push(read);
    if (read?.type !== 'piece') continue;
    if (!read.place) {
      finish([read]);
      continue;
    }
    const { series: key, total, number } = read.place;
    const pieces = series.get(key) ?? Array.from<Piece | undefined>({ length: total });
    pieces[number - 1] = read;
    series.set(key, pieces);
  }
  for (const pieces of series.values()) finish(pieces);
  return items;
}

/** One deliver_sm as hexadecimal text. */
function deliverSm(changed: Partial<ShortMessage>): string {
  const [source, destination] = ['33639980001', '33639980100'].map((value) => ({ ton: 1, npi: 1, value }));
  const message = {
    source: source!,
    destination: destination!,
    esmClass: 0,
    dataCoding: 0,
    octets: Buffer.alloc(0),
    tlvs: new Map(),
    ...changed,
  };
  return encodePdu({
    commandId: commands.deliverSm,
    status: 0,
    sequence: 1,
    body: encodeShortMessage(message),
  }).toString('hex');
}

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  parse,
  ignored: {
    'a receipt without an id': deliverSm({ esmClass: esm.receipt, octets: Buffer.from('stat:DELIVRD') }),
    'an acknowledgement by a phone': deliverSm({ esmClass: 0x08, octets: Buffer.from('read') }),
    'a binary message': deliverSm({ dataCoding: 0x04, octets: Buffer.from([0xff]) }),
    'an empty message': deliverSm({}),
  },
  addresses: {
    same: [
      'tel:+33639980001',
      'tel:+33 6 39 98 00 01',
      'tel:06 39 98 00 01',
      'tel:0033639980001',
      'tel:33639980001',
    ],
    refused: [
      'mailto:ada@example.com',
      'tel:ada',
      'tel:+33',
      'tel:+33639980001;ext=1',
      'sms:+33639980001',
      'telegram:12345',
    ],
    sample: 'tel:+33639980001',
  },
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
};
