import { failure } from '../../../protocol/failures.ts';
import type { Failure } from '../../../protocol/failures.ts';
import { standaloneText } from '../../../protocol/standalone.ts';
import { markdownToPlain } from '../../../protocol/text/index.ts';
import type { SendRequest } from '../../contract/index.ts';
import { calendarOf } from './calendar.ts';
import { markdownToHtml, textToHtml } from './html.ts';
import { isLetterContent, letterOf, ownText } from './letter.ts';
import { letterHtml, unsubscribeFoot } from './letter-html.ts';
import { letterText } from './letter-text.ts';
import { markupOf } from './markup.ts';
import { htmlPage } from './page.ts';
import { enclose } from './pictures.ts';
import type { Enclosure } from './pictures.ts';
import type { Tongue } from './words.ts';

export interface BodyContext {
  subject: string;
  /** The account's mailbox and its name. */
  from: string;
  name: string;
  tongue: Tongue;
  /** Makes content ids the mail's own: the Message-ID without its brackets. */
  cidPart: string;
  nowMs: number;
  /** What the files of one letter may have in all. */
  maxAttachmentBytes: number;
}

export interface Body {
  text: string;
  html?: string;
  attachments: Enclosure[];
  icalEvent?: { method: 'PUBLISH'; filename: string; content: string };
}

/** What is inside a mail. Where there is HTML there is a text that says the same. */
export async function bodyOf(
  request: SendRequest,
  context: BodyContext,
): Promise<{ ok: true; body: Body } | { ok: false; failure: Failure }> {
  const { content } = request.part;
  const enclosed = await enclose(content, request.media, {
    // a media part is within the limit by its declaration; what one letter shows shares it
    maxBytes: content.kind === 'media' ? Number.POSITIVE_INFINITY : context.maxAttachmentBytes,
    cidPart: context.cidPart,
    inPlace: isLetterContent(content),
  });
  if (!enclosed) return { ok: false, failure: failure('media_unavailable') };
  const attachments = enclosed.enclosures;
  if (!isLetterContent(content)) return { ok: true, body: { ...plainBody(request, context), attachments } };
  const { tongue, name, from, subject } = context;
  const { unsubscribeUrl } = request;
  const letter = letterOf(content, tongue);
  const sender = name || from;
  return {
    ok: true,
    body: {
      text: letterText(letter, { words: tongue.words, placed: enclosed.placed, unsubscribeUrl }),
      html: letterHtml(letter, {
        title: subject,
        sender,
        tongue,
        placed: enclosed.placed,
        markup: markupOf(content, { sender, messageId: request.messageId }),
        unsubscribeUrl,
      }),
      attachments,
      ...(content.kind === 'appointment'
        ? {
            icalEvent: {
              method: 'PUBLISH' as const,
              filename: 'appointment.ics',
              content: calendarOf(content, {
                ...context,
                messageId: request.messageId,
                description: ownText(content),
              }),
            },
          }
        : {}),
    },
  };
}

/** What a person would write: just the words. HTML beside it where they carry marks, or a link to unsubscribe. */
function plainBody(
  { part: { content }, unsubscribeUrl }: SendRequest,
  { subject, tongue }: BodyContext,
): Pick<Body, 'text' | 'html'> {
  const marked = content.kind === 'text' && content.format === 'markdown';
  const words =
    content.kind === 'media' ? (content.caption ?? content.media.alt ?? '') : standaloneText(content);
  const text = letterText(
    { blocks: [{ type: 'text', text: marked ? markdownToPlain(words) : words }] },
    { words: tongue.words, placed: new Map(), unsubscribeUrl },
  );
  if (!marked && !unsubscribeUrl) return { text };
  const html = [
    marked ? markdownToHtml(words) : textToHtml(words),
    unsubscribeFoot({ unsubscribeUrl, tongue }, 'plain'),
  ];
  return {
    text,
    html: htmlPage({
      title: subject,
      language: tongue.tag,
      body: html.filter(Boolean).join('\n'),
      sheet: false,
    }),
  };
}
