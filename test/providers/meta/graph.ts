import { randomBytes } from 'node:crypto';
import type { Answer } from '../emulator.ts';

/** A refusal in the Graph API's shape. WhatsApp adds `error_data`, Messenger `error_subcode`. */
export interface Refusal {
  status?: number;
  code: number;
  subcode?: number;
  message: string;
  details?: string;
  transient?: boolean;
  headers?: Record<string, string>;
}

export const graphError = ({
  status = 400,
  code,
  subcode,
  message,
  details,
  transient,
  headers,
}: Refusal): Answer => ({
  status,
  ...(headers ? { headers } : {}),
  body: {
    error: {
      message: `(#${code}) ${message}`,
      type: 'OAuthException',
      code,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      ...(transient === undefined ? {} : { is_transient: transient }),
      ...(details === undefined ? {} : { error_data: { messaging_product: 'whatsapp', details } }),
      fbtrace_id: randomBytes(8).toString('hex'),
    },
  },
});

export const wrongToken = graphError({ status: 401, code: 190, message: 'Invalid OAuth access token.' });
export const noSuchThing = (id: string): Answer =>
  graphError({
    code: 100,
    subcode: 33,
    message: `Unsupported request. Object with ID '${id}' does not exist.`,
  });

/** A missing or unusable field, as both products put it. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

export type Json = Record<string, unknown>;
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const objectOf = (value: unknown): Json => (isObject(value) ? value : {});
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export function jsonBody(body: Buffer): Json {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(value)) return value;
  } catch {
    // refused below
  }
  throw new Refused({ code: 100, message: 'Invalid parameter', details: 'The body is not a JSON object.' });
}

/** A multipart body, read by the runtime's own parser. */
export const formBody = async (body: Buffer, contentType: string | undefined): Promise<FormData> =>
  new Response(new Uint8Array(body), { headers: { 'content-type': contentType ?? '' } })
    .formData()
    .catch(() => new FormData());

/** Checks of fields, all of which refuse in the product's own shape. */
export interface Rules {
  missing(field: string): never;
  invalid(field: string, why: string): never;
}

export interface Bounds {
  min?: number;
  max: number;
}

export function text(rules: Rules, value: unknown, field: string, { min = 1, max }: Bounds): string {
  if (value === undefined || value === null || (value === '' && min > 0)) return rules.missing(field);
  if (typeof value !== 'string') return rules.invalid(field, 'must be a string');
  if (value.length > max) return rules.invalid(field, `must be at most ${max} characters long`);
  return value;
}

export function list(rules: Rules, value: unknown, field: string, { min = 1, max }: Bounds): unknown[] {
  if (!Array.isArray(value)) return rules.missing(field);
  if (value.length < min || value.length > max)
    return rules.invalid(field, `must have ${min} to ${max} entries`);
  return value;
}

export const unique = (rules: Rules, values: unknown[], field: string): void => {
  if (new Set(values).size < values.length) rules.invalid(field, 'must be unique');
};
