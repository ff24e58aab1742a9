import { createRequire } from 'node:module';

/**
 * The PDUs of the `smpp` package, typed as far as the SMSC needs them. The connector has a codec of its own, so that client and server here are two
 * implementations that check each other. The package's filters are switched off: they label GSM text data_coding 1, and decode octets
 * before anyone can look at them.
 */
export interface SmscPdu {
  command: string;
  command_status: number;
  sequence_number: number;
  system_id?: string;
  password?: string;
  interface_version?: number;
  message_id?: string;
  source_addr_ton?: number;
  source_addr_npi?: number;
  source_addr?: string;
  dest_addr_ton?: number;
  dest_addr_npi?: number;
  destination_addr?: string;
  esm_class?: number;
  registered_delivery?: number;
  validity_period?: string;
  service_type?: string;
  data_coding?: number;
  short_message?: Buffer;
  message_payload?: Buffer;
  sar_msg_ref_num?: number;
  sar_total_segments?: number;
  sar_segment_seqnum?: number;
  receipted_message_id?: string;
  message_state?: number;
}

interface PackagePdu extends SmscPdu {
  toBuffer(): Buffer;
}

const { PDU, encodings } = createRequire(import.meta.url)('smpp') as {
  PDU: new (commandOrBuffer: string | Buffer, fields?: Partial<SmscPdu>) => PackagePdu;
  encodings: Record<
    'ASCII' | 'UCS2' | 'LATIN1',
    { encode(text: string): Buffer; decode(octets: Buffer): string; match(text: string): boolean }
  >;
};

class RawPdu extends PDU {
  /** Called by the package on both ways; a no-op leaves octets as they are. */
  protected _filter(): void {}
}

export const readPdu = (bytes: Buffer): SmscPdu => new RawPdu(bytes) as unknown as SmscPdu;
export const writePdu = (command: string, fields: Partial<SmscPdu>): Buffer =>
  (new RawPdu(command, fields) as unknown as PackagePdu).toBuffer();

/** The package's own GSM and UCS-2 tables; `ASCII` is what it calls the GSM alphabet. */
export const gsm = encodings.ASCII;
export const ucs2 = encodings.UCS2;
export const latin1 = encodings.LATIN1;
