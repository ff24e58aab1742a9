import type { Refusal } from './mime.ts';

interface SmtpAnswer {
  code: number;
  /** Begins with the enhanced status code (RFC 3463). Never anything that the client sent. */
  text: string;
}

/** What the SMTP server answers where it does not take a mail. 4xx: the sender's server tries again. */
export const refusals = {
  unknown_mailbox: { code: 550, text: '5.1.1 No such mailbox here' },
  too_large: { code: 552, text: '5.3.4 Mail is larger than this server takes' },
  too_many_parts: { code: 554, text: '5.6.0 Mail has too many parts' },
  malformed: { code: 554, text: '5.6.0 Mail cannot be read: malformed, too deep, or headers too long' },
  too_slow: { code: 554, text: '5.6.0 Mail takes too much time or memory to read' },
  no_sender: { code: 554, text: '5.6.0 Mail has no usable From address' },
  loop: { code: 554, text: '5.4.6 Mail went through too many servers' },
  not_authenticated: { code: 550, text: '5.7.26 Neither SPF nor DKIM vouches for the sender' },
  not_authenticated_yet: { code: 451, text: '4.7.24 The sender could not be verified now' },
  no_room: { code: 452, text: '4.3.1 Too much mail at once, try later' },
  not_stored: { code: 451, text: '4.3.0 Not stored, try again' },
  stopping: { code: 421, text: '4.3.2 Stopping' },
} as const satisfies Record<Refusal, SmtpAnswer> & Record<string, SmtpAnswer>;

/** Carries an answer through the library's callbacks, which take errors only. */
export class SmtpRefusal extends Error {
  readonly responseCode: number;
  constructor({ code, text }: SmtpAnswer) {
    super(text);
    this.responseCode = code;
  }
}
