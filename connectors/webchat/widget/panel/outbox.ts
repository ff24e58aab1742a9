import type { FieldValues } from '../../wire.ts';
import { names, read, remove, write } from '../storage.ts';

/** A message of the visitor's that the gateway has not confirmed yet. */
export interface Waiting {
  client_id: string;
  at_ms: number;
  text?: string;
  payload?: string;
  values?: FieldValues;
  /** A data URL: text is what localStorage holds. */
  file?: { name: string; type: string; url: string };
  /** The gateway refused it for good. */
  refused?: boolean;
  /** The gateway has it; its entry is on the way. */
  stored?: boolean;
}

/**
 * What waits to be sent, kept in localStorage: a name of its own for each message, so that two tabs never overwrite one
 * another's. Both may send it; the gateway takes it once.
 */
export class Outbox {
  #prefix: string;

  constructor(prefix: string) {
    this.#prefix = `${prefix}out.`;
  }

  list(): Waiting[] {
    const found = names(this.#prefix).flatMap((name) => {
      try {
        return [JSON.parse(read(name) ?? '') as Waiting];
      } catch {
        return [];
      }
    });
    return found.sort((a, b) => a.at_ms - b.at_ms || (a.client_id < b.client_id ? -1 : 1));
  }

  put(message: Waiting): void {
    write(this.#prefix + message.client_id, JSON.stringify(message));
  }

  drop(clientId: string): void {
    remove(this.#prefix + clientId);
  }

  owns(name: string | null): boolean {
    return name === null || name.startsWith(this.#prefix);
  }
}

export const newClientId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
