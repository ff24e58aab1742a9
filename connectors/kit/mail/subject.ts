import type { SendRequest } from '../../contract/index.ts';
import { isLetterContent, letterOf } from './letter.ts';
import { tongueOf } from './words.ts';
import type { Tongue } from './words.ts';

/** Who sends, as an account says it. */
export interface MailSender {
  /** The mailbox, as it was written. */
  address: string;
  name: string;
  /** Subject of a first mail that brings none. */
  subject?: string | undefined;
  /** BCP 47: for consumers whose own language is not known. */
  language?: string | undefined;
}

export const tongueFor = (request: Pick<SendRequest, 'language'>, { language }: MailSender): Tongue =>
  tongueOf(request.language ?? language);

const answerPrefix = /^(?:(?:re|aw|sv|antw|rif|res)\s*:\s*)+/i;

/** The content's own subject, else the thread's with one `Re:`, else what the letter is about, else the account's. */
export function subjectOf(request: SendRequest, sender: MailSender): string {
  const { content } = request.part;
  if (content.kind === 'text' && content.subject) return content.subject;
  if (request.subject) {
    const bare = request.subject.replace(answerPrefix, '');
    return request.thread.length > 0 || request.replyTo ? `Re: ${bare}` : request.subject;
  }
  const heading = isLetterContent(content)
    ? letterOf(content, tongueFor(request, sender)).heading
    : undefined;
  return (heading && oneLine(heading)) || sender.subject || sender.name || sender.address;
}

const maxHeading = 200;
// a heading may be several lines of a letter; a subject is one
const oneLine = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are what this takes out
  [...text.replaceAll(/[\u0000-\u0020\u007f-\u009f\u2028\u2029]+/g, ' ').trim()]
    .slice(0, maxHeading)
    .join('');
