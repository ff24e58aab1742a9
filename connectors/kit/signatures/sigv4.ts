import { createHash } from 'node:crypto';
import { hmac } from '../signature.ts';

export interface SigV4Key {
  id: string;
  secret: string;
  region: string;
  /** Amazon's name of the service: `sms-voice`, `sns`. */
  service: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
/** As RFC 3986 has it: also what `encodeURIComponent` lets be. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const byUnits = ([one]: [string, string], [other]: [string, string]): number =>
  one < other ? -1 : one > other ? 1 : 0;

const pairs = (query: URLSearchParams): string =>
  [...query]
    .map(([name, value]): [string, string] => [`${escaped(name)}=${escaped(value)}`, ''])
    .toSorted(byUnits)
    .map(([pair]) => pair)
    .join('&');

/**
 * Amazon, "AWS Signature Version 4 for API requests" (IAM User Guide, read 2026-11-22): the headers `x-amz-date` and `authorization` for a
 * request whose headers and body go out as they are given. Host and every given header are signed. Pure.
 */
export function signV4(
  request: { method: string; url: string; headers: Readonly<Record<string, string>>; body: string },
  { id, secret, region, service }: SigV4Key,
  nowMs: number,
): { 'x-amz-date': string; authorization: string } {
  const { host, pathname, searchParams } = new URL(request.url);
  const date = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  const headers = Object.entries({ ...request.headers, host, 'x-amz-date': date })
    .map(([name, value]): [string, string] => [name.toLowerCase(), value.trim().replace(/ +/g, ' ')])
    .toSorted(byUnits);
  const names = headers.map(([name]) => name).join(';');
  // the path is escaped once more than it goes out: true of every service but S3
  const path = pathname.split('/').map(escaped).join('/');
  const listed = headers.map(([name, value]) => `${name}:${value}\n`).join('');
  const canonical = [request.method, path, pairs(searchParams), listed, names, sha256(request.body)].join(
    '\n',
  );
  const scope = [date.slice(0, 8), region, service, 'aws4_request'];
  const key = scope.reduce<Buffer | string>((last, part) => hmac('sha256', last, part), `AWS4${secret}`);
  const toSign = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonical)].join('\n');
  const signature = hmac('sha256', key, toSign).toString('hex');
  return {
    'x-amz-date': date,
    authorization: `AWS4-HMAC-SHA256 Credential=${id}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`,
  };
}
