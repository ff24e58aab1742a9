/**
 * SMPP 3.4 PDUs as bytes (specification v3.4 issue 1.2: header 3.2, operations 4, optional parameters 5.3). Octets of text stay
 * octets here: what they mean depends on the SMSC and is decided in `octets.ts`.
 */
export const commands = {
  bindTransceiver: 0x0000_0009,
  submitSm: 0x0000_0004,
  deliverSm: 0x0000_0005,
  unbind: 0x0000_0006,
  enquireLink: 0x0000_0015,
  alertNotification: 0x0000_0102,
  dataSm: 0x0000_0103,
  genericNack: 0x8000_0000,
} as const;

/** The id of the response to a command. */
export const responseTo = (commandId: number): number => (commandId | 0x8000_0000) >>> 0;
export const isResponse = (commandId: number): boolean => commandId >= 0x8000_0000;

/** Tags of the optional parameters in use (5.3.2). */
export const tags = {
  receiptedMessageId: 0x001e,
  sarReference: 0x020c,
  sarTotal: 0x020e,
  sarNumber: 0x020f,
  networkErrorCode: 0x0423,
  messagePayload: 0x0424,
  messageState: 0x0427,
} as const;

/** Bits of esm_class (5.2.12). */
export const esm = { typeMask: 0x3c, receipt: 0x04, intermediate: 0x20, header: 0x40 } as const;

export interface Pdu {
  commandId: number;
  status: number;
  sequence: number;
  body: Buffer;
}

/** An address with its type of number and numbering plan (5.2.5, 5.2.6). */
export interface SmppAddress {
  ton: number;
  npi: number;
  value: string;
}

/** submit_sm, deliver_sm and data_sm have the same fields, as far as they matter here. */
export interface ShortMessage {
  source: SmppAddress;
  destination: SmppAddress;
  esmClass: number;
  dataCoding: number;
  octets: Buffer;
  tlvs: ReadonlyMap<number, Buffer>;
  serviceType?: string;
  validityPeriod?: string;
  registeredDelivery?: number;
}

const headerBytes = 16;
/** A message_payload may have 64 KiB; nothing else comes near. */
const maxBytes = 70_000;

export function encodePdu({ commandId, status, sequence, body }: Pdu): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(headerBytes + body.length, 0);
  header.writeUInt32BE(commandId, 4);
  header.writeUInt32BE(status, 8);
  header.writeUInt32BE(sequence, 12);
  return Buffer.concat([header, body]);
}

/** Cuts a stream of bytes into PDUs. A length that cannot be breaks the stream for good: then `push` gives `undefined`. */
export function createFraming(): { push(chunk: Buffer): Pdu[] | undefined } {
  let held: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      held = held.length ? Buffer.concat([held, chunk]) : chunk;
      const pdus: Pdu[] = [];
      while (held.length >= 4) {
        const length = held.readUInt32BE(0);
        if (length < headerBytes || length > maxBytes) return undefined;
        if (held.length < length) break;
        pdus.push({
          commandId: held.readUInt32BE(4),
          status: held.readUInt32BE(8),
          sequence: held.readUInt32BE(12),
          body: held.subarray(headerBytes, length),
        });
        held = held.subarray(length);
      }
      return pdus;
    },
  };
}

const cstring = (text: string): Buffer => Buffer.from(`${text.replaceAll('\0', '')}\0`, 'latin1');
const octet = (...values: number[]): Buffer => Buffer.from(values);
const addressFields = ({ ton, npi, value }: SmppAddress): Buffer =>
  Buffer.concat([octet(ton, npi), cstring(value)]);

export interface Bind {
  systemId: string;
  password: string;
  systemType: string;
  addressRange: string;
}

export const encodeBind = ({ systemId, password, systemType, addressRange }: Bind): Buffer =>
  Buffer.concat([
    cstring(systemId),
    cstring(password),
    cstring(systemType),
    octet(0x34, 0, 0),
    cstring(addressRange),
  ]);

/** The body of submit_sm or deliver_sm. At most 254 octets of text fit; more goes into message_payload. */
export function encodeShortMessage(message: ShortMessage): Buffer {
  const parts = [
    cstring(message.serviceType ?? ''),
    addressFields(message.source),
    addressFields(message.destination),
    octet(message.esmClass, 0, 0),
    cstring(''),
    cstring(message.validityPeriod ?? ''),
    octet(message.registeredDelivery ?? 0, 0, message.dataCoding, 0, message.octets.length),
    message.octets,
  ];
  for (const [tag, value] of message.tlvs) {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(tag, 0);
    head.writeUInt16BE(value.length, 2);
    parts.push(head, value);
  }
  return Buffer.concat(parts);
}

/** Reads fields in turn; what lies beyond the end is empty and `broken` says so. */
class Fields {
  broken = false;
  private at = 0;
  private readonly body: Buffer;
  constructor(body: Buffer) {
    this.body = body;
  }

  octet(): number {
    if (this.at < this.body.length) return this.body[this.at++]!;
    this.broken = true;
    return 0;
  }

  cstring(): string {
    const end = this.body.indexOf(0, this.at);
    if (end < 0) this.broken = true;
    const text = this.body.toString('latin1', this.at, end < 0 ? this.body.length : end);
    this.at = end < 0 ? this.body.length : end + 1;
    return text;
  }

  octets(length: number): Buffer {
    if (this.at + length > this.body.length) this.broken = true;
    const value = this.body.subarray(this.at, this.at + length);
    this.at += length;
    return value;
  }

  address(): SmppAddress {
    return { ton: this.octet(), npi: this.octet(), value: this.cstring() };
  }

  /** Optional parameters up to the end; a cut one is left out, for the mandatory fields are whole. */
  tlvs(): Map<number, Buffer> {
    const found = new Map<number, Buffer>();
    while (this.at + 4 <= this.body.length) {
      const tag = this.body.readUInt16BE(this.at);
      const length = this.body.readUInt16BE(this.at + 2);
      if (this.at + 4 + length > this.body.length) break;
      found.set(tag, this.body.subarray(this.at + 4, this.at + 4 + length));
      this.at += 4 + length;
    }
    return found;
  }
}

/** The message in a deliver_sm, submit_sm or data_sm; undefined where the mandatory fields are not whole. */
export function decodeShortMessage({
  commandId,
  body,
}: Pick<Pdu, 'commandId' | 'body'>): ShortMessage | undefined {
  const fields = new Fields(body);
  const serviceType = fields.cstring();
  const source = fields.address();
  const destination = fields.address();
  const esmClass = fields.octet();
  const whole = commandId !== commands.dataSm;
  if (whole) fields.octets(2); // protocol_id, priority_flag
  if (whole) fields.cstring(); // schedule_delivery_time
  const validityPeriod = whole ? fields.cstring() : '';
  const registeredDelivery = fields.octet();
  if (whole) fields.octets(1); // replace_if_present_flag
  const dataCoding = fields.octet();
  if (whole) fields.octets(1); // sm_default_msg_id
  const octets = whole ? fields.octets(fields.octet()) : Buffer.alloc(0);
  if (fields.broken) return undefined;
  const tlvs = fields.tlvs();
  return {
    serviceType,
    source,
    destination,
    esmClass,
    dataCoding,
    octets,
    tlvs,
    validityPeriod,
    registeredDelivery,
  };
}

/** The message_id of a submit_sm_resp; empty where there is none. */
export const decodeMessageId = (body: Buffer): string => new Fields(body).cstring().trim();

/** A C-octet string in an optional parameter, with or without the zero at its end that some SMSCs forget. */
export const tlvText = (value: Buffer | undefined): string | undefined => {
  if (!value) return undefined;
  const end = value.indexOf(0);
  return value.toString('latin1', 0, end < 0 ? value.length : end).trim() || undefined;
};

/** A number in an optional parameter of 1 or 2 octets. */
export const tlvNumber = (value: Buffer | undefined): number | undefined =>
  value && value.length > 0 && value.length <= 4 ? value.readUIntBE(0, value.length) : undefined;

/** The body of a response that carries a message_id which means nothing (deliver_sm_resp, 4.6.2). */
export const emptyId: Buffer = Buffer.from([0]);
