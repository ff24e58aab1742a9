import type { Failure } from '../../protocol/failures.ts';
import type { MessageTemplate } from '../../protocol/templates.ts';
import type { Account } from './account.ts';
import type { Context } from './host.ts';

export type { MessageTemplate };

/**
 * Lists the templates that the account may send by, or once could, in the platform's order: those of all states, one for each language.
 * Called when the merchant asks, at most once at a time for an account; the gateway keeps the list for a minute. Within 8 s, all pages
 * together; at most 2,000. Never throws.
 */
export type ListTemplates<Config, Credentials> = (
  account: Account<Config, Credentials>,
  context: Context,
) => Promise<TemplatesOutcome>;

/**
 * - `listed`: all of them; `more` if there are more than are given here.
 * - `unset`: the account lacks what the platform asks for (`config.waba_id`); nobody was asked.
 * - `failed`: the platform refused, or told nothing that could be read. `failure.permanent` says whether asking again may help.
 */
export type TemplatesOutcome =
  | { type: 'listed'; templates: MessageTemplate[]; more?: boolean }
  | { type: 'unset'; fields: readonly string[] }
  | { type: 'failed'; failure: Failure; retryAfterMs?: number };
