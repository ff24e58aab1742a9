import { failure } from '../../../protocol/failures.ts';
import type { FailureCode } from '../../../protocol/failures.ts';
import type { MessageTemplate } from '../../../protocol/templates.ts';
import type { SendOutcome, TemplatesOutcome } from '../../contract/index.ts';
import { metaTemplateSchema, templateOf } from './templates.ts';

/** The contract's most. */
const maxTemplates = 2000;
/** How long an answer with a page of templates may be. */
export const templatePageBytes = 4 * 1024 * 1024;
export const templatesPerPage = 100;

/** A page in Meta's shape, and where the next one begins. */
interface TemplatePage {
  templates: readonly unknown[];
  next: string | undefined;
}
type NotTold = Exclude<SendOutcome, { type: 'sent' }>;
type TemplatePageAnswer = { ok: true; value: TemplatePage } | { ok: false; outcome: NotTold };

/** Asks for page after page. One that brings nothing new, or begins where one before it did, is the last. */
export async function listTemplates(
  ask: (after: string | undefined) => Promise<TemplatePageAnswer>,
): Promise<TemplatesOutcome> {
  const templates = new Map<string, MessageTemplate>();
  const begun = new Set<string>();
  let after: string | undefined;
  do {
    if (after !== undefined) begun.add(after);
    const page = await ask(after);
    if (!page.ok) return notListed(page.outcome);
    const read = readTemplates(page.value.templates);
    if (!read) return unreadable;
    const known = templates.size;
    for (const one of read) templates.set(`${one.name}\n${one.language}\n${one.id ?? ''}`, one);
    after = templates.size > known ? page.value.next : undefined;
    if (templates.size >= maxTemplates) {
      const more = after !== undefined || templates.size > maxTemplates;
      return {
        type: 'listed',
        templates: [...templates.values()].slice(0, maxTemplates),
        ...(more ? { more } : {}),
      };
    }
  } while (after !== undefined && !begun.has(after));
  return { type: 'listed', templates: [...templates.values()] };
}

/** Those that can be read; undefined if there are some, and none can. */
function readTemplates(given: readonly unknown[]): MessageTemplate[] | undefined {
  const read = given.flatMap((one) => {
    const { data } = metaTemplateSchema.safeParse(one);
    return data ? [templateOf(data)] : [];
  });
  return given.length > 0 && read.length === 0 ? undefined : read;
}

export const unreadable: TemplatesOutcome = {
  type: 'failed',
  failure: failure('platform_unavailable', 'unreadable_answer'),
};

/** What a question can fail of. Other codes speak of a message, which there is none of. */
const ofQuestions: readonly FailureCode[] = [
  'account_unauthorized',
  'account_suspended',
  'balance_exhausted',
  'platform_unavailable',
  'rate_limited',
];

/** A call that did not tell, as the list's outcome. */
export function notListed(outcome: NotTold): TemplatesOutcome {
  if (outcome.type === 'uncertain')
    return { type: 'failed', failure: failure('platform_unavailable', outcome.reason) };
  const wait = outcome.retryAfterMs === undefined ? {} : { retryAfterMs: outcome.retryAfterMs };
  if (outcome.type === 'throttled')
    return { type: 'failed', failure: failure('rate_limited', outcome.platformCode), ...wait };
  const { code, platform_code: platformCode } = outcome.failure;
  return {
    type: 'failed',
    failure: ofQuestions.includes(code) ? outcome.failure : failure('platform_refused', platformCode),
    ...wait,
  };
}
