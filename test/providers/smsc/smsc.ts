import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { readSegment, shownOf } from './handset.ts';
import type { ReceivedSegment } from './handset.ts';
import { pdusOf } from './mobile.ts';
import { readPdu, writePdu } from './pdu.ts';
import type { SmscPdu } from './pdu.ts';
import type { SmscBehaviour, SmscCommand, SmscState } from './protocol.ts';

/** One deliver_sm that the SMSC keeps until it is acknowledged. */
interface Kept {
  fields: Partial<SmscPdu>;
  client?: Client;
}

interface Client {
  socket: Socket;
  systemId?: string;
  sequence: number;
  unanswered: number;
  /** deliver_sm on their way, by sequence number. */
  sent: Map<number, Kept>;
}

interface Taken {
  serial: number;
  pdu: SmscPdu;
  messageId: string;
}

const defaults: SmscBehaviour = {
  systemId: 'passerelle', password: 'secret-pw', submitId: { base: 'dec' }, receiptId: { base: 'dec' }, receipts: 'text', receiptTime: 'after',
  stat: 'DELIVRD', stats: {}, statuses: [], swallow: 0, hold: false, deaf: false, deliverWindow: 10, retryMs: 100, repeatMs: 0,
}; // prettier-ignore

const stateNumbers: Record<string, number> = {
  ENROUTE: 1,
  DELIVRD: 2,
  EXPIRED: 3,
  DELETED: 4,
  UNDELIV: 5,
  ACCEPTD: 6,
  UNKNOWN: 7,
  REJECTD: 8,
};

function spell(serial: number, { base, pad = 0 }: SmscBehaviour['submitId']): string {
  const digits = serial.toString(base === 'dec' ? 10 : 16).padStart(pad, '0');
  return base === 'HEX' ? digits.toUpperCase() : digits;
}

/** An SMSC: it keeps what it owes until it is acknowledged, over connections, and cuts no corner that a real one doesn't. */
export class Smsc {
  readonly server: Server;
  private behaviour: SmscBehaviour = structuredClone(defaults);
  private readonly clients = new Set<Client>();
  private readonly queue: Kept[] = [];
  private readonly counts = {
    binds: 0,
    refusedBinds: 0,
    unbinds: 0,
    enquireLinks: 0,
    enquireAnswers: 0,
    maxUnanswered: 0,
    submits: 0,
    delivered: 0,
    nacks: 0,
  };
  private segments: ReceivedSegment[] = [];
  private acknowledgements: number[] = [];
  private readonly taken = new Map<string, Taken>();
  private readonly heldAnswers: (() => void)[] = [];
  private readonly heldReceipts: (() => void)[] = [];
  /** Beyond 0x9ff, so that its hexadecimal form has a letter more often than not. */
  private serial = 0xabc0;

  constructor() {
    this.server = createServer((socket) => this.accept(socket));
  }

  command(command: SmscCommand): SmscState {
    switch (command.do) {
      case 'say':
        for (const fields of pdusOf(command)) this.queue.push({ fields });
        this.pump();
        break;
      case 'set':
        Object.assign(this.behaviour, command.behaviour);
        if (!this.behaviour.hold) for (const answer of this.heldAnswers.splice(0)) answer();
        this.pump();
        break;
      case 'receipts':
        for (const send of this.heldReceipts.splice(0)) send();
        break;
      case 'receipt': {
        const taken = this.taken.get(command.messageId);
        if (taken) this.receipt(taken, command.stat);
        break;
      }
      case 'drop':
        for (const { socket } of this.clients) socket.destroy();
        break;
      case 'unbind':
        for (const client of this.clients)
          client.socket.write(writePdu('unbind', { sequence_number: ++client.sequence }));
        break;
      case 'raw':
        for (const { socket } of this.clients) socket.write(Buffer.from(command.hex, 'hex'));
        break;
      case 'clear':
        this.segments = [];
        this.acknowledgements = [];
        for (const key of Object.keys(this.counts) as (keyof typeof this.counts)[]) this.counts[key] = 0;
        break;
      case 'state':
        break;
    }
    return this.state();
  }

  private state(): SmscState {
    return {
      ...this.counts,
      bound: [...this.clients].flatMap(({ systemId }) => (systemId === undefined ? [] : [systemId])),
      segments: this.segments,
      shown: shownOf(this.segments),
      unacknowledged: this.queue.length,
      acknowledgements: this.acknowledgements,
    };
  }

  private accept(socket: Socket): void {
    const client: Client = { socket, sequence: 0, unanswered: 0, sent: new Map() };
    this.clients.add(client);
    let held: Buffer = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 4 && held.length >= held.readUInt32BE(0)) {
        const length = held.readUInt32BE(0);
        const pdu = readPdu(held.subarray(0, length));
        held = held.subarray(length);
        if (!this.behaviour.deaf) this.receive(client, pdu);
      }
    });
    socket.on('close', () => {
      this.clients.delete(client);
      for (const kept of client.sent.values()) delete kept.client;
      this.pump();
    });
  }

  private receive(client: Client, pdu: SmscPdu): void {
    const { socket } = client;
    const answer = (fields: Partial<SmscPdu> = {}): void => {
      socket.write(writePdu(`${pdu.command}_resp`, { sequence_number: pdu.sequence_number, ...fields }));
    };
    switch (pdu.command) {
      case 'bind_transceiver':
        return this.bind(client, pdu, answer);
      case 'enquire_link':
        this.counts.enquireLinks++;
        return answer();
      case 'unbind':
        this.counts.unbinds++;
        answer();
        socket.end();
        return;
      case 'submit_sm':
        return this.submit(client, pdu, answer);
      case 'deliver_sm_resp':
        return this.acknowledged(client, pdu);
      case 'enquire_link_resp':
        this.counts.enquireAnswers++;
        return;
      case 'unbind_resp':
        socket.end();
        return;
      case 'generic_nack':
        this.counts.nacks++;
        return;
    }
  }

  private bind(client: Client, pdu: SmscPdu, answer: (fields?: Partial<SmscPdu>) => void): void {
    const { systemId, password } = this.behaviour;
    const status =
      pdu.system_id !== systemId
        ? 0x0f
        : pdu.password !== password
          ? 0x0e
          : pdu.interface_version === 0x34
            ? 0
            : 0x0d;
    if (status !== 0) this.counts.refusedBinds++;
    else this.counts.binds++;
    answer({ command_status: status, system_id: 'smsc' });
    if (status !== 0) return;
    client.systemId = systemId;
    this.pump();
  }

  private submit(client: Client, pdu: SmscPdu, answer: (fields: Partial<SmscPdu>) => void): void {
    this.counts.submits++;
    client.unanswered++;
    this.counts.maxUnanswered = Math.max(this.counts.maxUnanswered, client.unanswered);
    const status = client.systemId === undefined ? 0x04 : (this.behaviour.statuses.shift() ?? 0);
    const serial = ++this.serial;
    const messageId = spell(serial, this.behaviour.submitId);
    const respond = (): void => {
      client.unanswered--;
      answer(status === 0 ? { message_id: messageId } : { command_status: status });
    };
    const later = (): void => void (this.behaviour.hold ? this.heldAnswers.push(respond) : respond());
    if (status !== 0) return later();
    this.segments.push(readSegment(pdu, messageId));
    const taken = { serial, pdu, messageId };
    this.taken.set(messageId, taken);
    if (this.behaviour.swallow > 0) this.behaviour.swallow--;
    else if (this.behaviour.receiptTime !== 'early') later();
    else setTimeout(later, 50);
    this.receiptOnTime(taken);
  }

  private receiptOnTime(taken: Taken): void {
    const wanted = (taken.pdu.registered_delivery ?? 0) & 0x03;
    const to = `${taken.pdu.dest_addr_ton === 1 ? '+' : ''}${taken.pdu.destination_addr}`;
    const stat = this.behaviour.stats[to] ?? this.behaviour.stat;
    if (wanted === 0 || (wanted === 2 && stat === 'DELIVRD') || this.behaviour.receipts === 'none') return;
    if (this.behaviour.receiptTime === 'held') this.heldReceipts.push(() => this.receipt(taken, stat));
    else this.receipt(taken, stat);
  }

  private receipt({ serial, pdu }: Taken, stat: string): void {
    const id = spell(serial, this.behaviour.receiptId);
    const { receipts } = this.behaviour;
    const delivered = stat === 'DELIVRD';
    const text = `id:${id} sub:001 dlvrd:${delivered ? '001' : '000'} submit date:2611221200 done date:2611221201 stat:${stat} err:${delivered ? '000' : '027'} text:`;
    this.queue.push({
      fields: {
        source_addr_ton: pdu.dest_addr_ton, source_addr_npi: 1, source_addr: pdu.destination_addr,
        dest_addr_ton: pdu.source_addr_ton, dest_addr_npi: 1, destination_addr: pdu.source_addr,
        esm_class: 0x04, data_coding: 0,
        short_message: Buffer.from(receipts === 'tlv' ? '' : text, 'latin1'),
        ...(receipts === 'text' ? {} : { receipted_message_id: id, message_state: stateNumbers[stat] ?? 7 }),
      } as Partial<SmscPdu>,
    }); // prettier-ignore
    this.pump();
  }

  /** Sends what is kept, as far as the window goes, in order. */
  private pump(): void {
    const client = [...this.clients].find(
      ({ systemId, socket }) => systemId !== undefined && socket.writable,
    );
    if (!client || this.behaviour.deaf) return;
    for (const kept of this.queue) {
      if (client.sent.size >= this.behaviour.deliverWindow) return;
      if (!kept.client) this.deliver(client, kept);
    }
  }

  private deliver(client: Client, kept: Kept): void {
    const sequence = ++client.sequence;
    kept.client = client;
    client.sent.set(sequence, kept);
    this.counts.delivered++;
    client.socket.write(writePdu('deliver_sm', { ...kept.fields, sequence_number: sequence }));
    const { repeatMs } = this.behaviour;
    if (repeatMs > 0)
      setTimeout(() => {
        if (this.queue.includes(kept) && kept.client === client && client.sent.get(sequence) === kept)
          this.deliver(client, kept);
      }, repeatMs).unref();
  }

  private acknowledged(client: Client, { sequence_number: sequence, command_status: status }: SmscPdu): void {
    const kept = client.sent.get(sequence);
    if (!kept) return;
    this.acknowledgements.push(status);
    client.sent.delete(sequence);
    if (status === 0x64 || status === 0x14 || status === 0x58) {
      // it goes to the end of the queue, and comes again in a while
      setTimeout(() => {
        this.queue.splice(this.queue.indexOf(kept), 1);
        this.queue.push(kept);
        delete kept.client;
        this.pump();
      }, this.behaviour.retryMs).unref();
    } else if (this.queue.includes(kept)) this.queue.splice(this.queue.indexOf(kept), 1);
    this.pump();
  }
}
