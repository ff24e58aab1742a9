import type { Card, ContentOf } from '../../protocol/content.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import type { Part } from '../contract/index.ts';
import type { SentAttachment } from './files.ts';
import { limits } from './manifest.ts';

type Json = Record<string, unknown>;

/** What becomes of the one picture or file of a part. */
export type SentFile = { attachment: SentAttachment } | { embedded: { data: string; mimeType: string } };

/** Apple's own extension: pickers and quick replies are shown by it. */
const bid =
  'com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:com.apple.icloud.apps.messages.business.extension';
/** Stands in the text where an attachment is shown. */
const here = '\ufffc';

/** The message without its envelope, or undefined where the file of it is not there. `id` comes back with the answer. */
export function render({ content, payloads = [] }: Part, id: string, file?: SentFile): Json | undefined {
  switch (content.kind) {
    case 'text':
      return { type: 'text', body: content.text };
    case 'media':
      return file && 'attachment' in file ? attached(file.attachment, content.caption) : undefined;
    case 'choice':
      return isQuickReply(content) ? quickReply(content, payloads, id) : listPicker(content, payloads, id);
    case 'card':
      return card(content, file);
    case 'typing':
      return { type: content.on === false ? 'typing_end' : 'typing_start' };
    case 'native':
      return { ...content.payload };
    default:
      return undefined;
  }
}

const attached = (attachment: SentAttachment, text = ''): Json => ({
  type: 'text',
  body: [here, text].filter(Boolean).join('\n'),
  attachments: [attachment],
});

/** Two to five, without descriptions. */
const isQuickReply = ({ options, style }: ContentOf<'choice'>): boolean =>
  style !== 'list' && options.length >= 2 && options.length <= 5;

/** A string that Apple shows has printable characters alone: lines become one. */
const oneLine = (text: string): string => text.replace(/\s*[\p{Cc}\u2028\u2029]+\s*/gu, ' ').trim();

function quickReply({ text, options }: ContentOf<'choice'>, payloads: string[], id: string): Json {
  const items = options.map((option, place) => ({
    identifier: payloads[place] ?? option.id,
    title: option.title,
  }));
  const summaryText = oneLine(text);
  const data = { version: '1.0', requestIdentifier: id, 'quick-reply': { summaryText, items } };
  return { type: 'interactive', interactiveData: { bid, data } };
}

/** Without pictures, and without a line of ours for the reply: Messages then writes what was chosen. */
function listPicker({ text, button, options }: ContentOf<'choice'>, payloads: string[], id: string): Json {
  const items = options.map((option, order) => ({
    identifier: payloads[order] ?? option.id,
    order,
    style: 'default',
    title: option.title,
    ...(option.description ? { subtitle: option.description } : {}),
  }));
  const title = oneLine(text);
  const sections = [{ order: 0, title: button ?? title, multipleSelection: false, items }];
  const data = { version: '1.0', mspVersion: '1.0', requestIdentifier: id, listPicker: { sections } };
  const receivedMessage = { style: 'small', title, ...(button ? { subtitle: button } : {}) };
  return { type: 'interactive', interactiveData: { bid, data, receivedMessage } };
}

const wordsOf = ({ title, subtitle }: Card): string => [title, subtitle].filter(Boolean).join(' – ');
const linkOf = ({ actions = [] }: Card): string | undefined =>
  actions.find((action) => action.type === 'url')?.url;

/** What has a link, and words that fit into its title. */
export const isRichLink = (of: Card): boolean =>
  linkOf(of) !== undefined && wordsOf(of).length <= limits.line.max;

/** A rich link where there is one; else the picture with what is said of it. */
function card(content: ContentOf<'card'>, file: SentFile | undefined): Json | undefined {
  const url = linkOf(content.card);
  if (!file) return undefined;
  if ('attachment' in file) return attached(file.attachment, standaloneText(content));
  const richLinkData = { url, title: oneLine(wordsOf(content.card)), assets: { image: file.embedded } };
  return { type: 'richLink', body: url, richLinkData };
}
