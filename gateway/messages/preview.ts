import { fieldContent, formQuestion, waysOf } from '../../protocol/adapt/index.ts';
import type { Adaptation } from '../../protocol/adapt/index.ts';
import type { Content, ContentOf } from '../../protocol/content.ts';
import { mapMedia } from '../../protocol/content-media.ts';
import { renderingOf } from '../../protocol/rendering.ts';
import { smsSegments } from '../../protocol/text/index.ts';
import type { AccountRegistry, LiveAccount } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../problems.ts';
import type { Store } from '../store/port.ts';
import { adaptFor } from './adaptation.ts';
import type { AdaptationOf } from './adaptation.ts';
import { checkMedia } from './own-media.ts';
import { withLinks } from './view.ts';
import type { ViewOptions } from './view.ts';

export interface Previewing {
  merchantId: string;
  content: Content;
  /** Left out: all active ones of the merchant. */
  accounts: string[] | undefined;
  language: string | undefined;
  transliterate: boolean | undefined;
  /** As a send with `strict` would be answered. */
  strict: boolean | undefined;
}

/** The adaptation of a content for each account asked about, before anything is sent. Nothing is written down. */
export async function previewFor(
  {
    registry,
    clock,
    view,
    store,
  }: { registry: AccountRegistry; clock: Clock; view: ViewOptions; store: Store },
  of: Previewing,
) {
  const own = registry.of(of.merchantId);
  const unknown = of.accounts?.find((id) => !own.some((live) => live.row.id === id));
  if (unknown)
    throw new Refusal('invalid_request', `There is no active account ${unknown}.`, {
      errors: [{ pointer: '/accounts', detail: 'unknown account' }],
    });
  const checked = await checkMedia(store, of.merchantId, of.content);
  const content = mapMedia(checked, ({ url, ...media }) => ({
    ...media,
    id: media.id ?? notYetOurs,
    ...(media.id ? {} : { url }),
  }));
  const { language, transliterate } = of;
  const extras = {
    ...(language ? { language } : {}),
    ...(transliterate ? { transliterate } : {}),
  };
  const context = { messageId: clock.id('message'), view, extras };
  return own
    .filter((live) => of.accounts === undefined || of.accounts.includes(live.row.id))
    .map((live) => previewOn(live, content, { ...context, strict: of.strict === true }));
}

function previewOn(live: LiveAccount, content: Content, of: AdaptationOf & { strict: boolean }) {
  const adaptation = adaptFor(live, content, of);
  const steps =
    content.kind === 'form' && adaptation.question?.form?.at === 0 ? stepsOf(live, content, of) : undefined;
  const lossy = of.strict && adaptation.losses.length > 0;
  return {
    account_id: live.row.id,
    connector: live.row.connector,
    channel: live.row.channel,
    refused: adaptation.refused ?? (lossy ? ('lossy' as const) : undefined),
    ...shownOn(live, adaptation, of),
    steps,
  };
}

/** Stands for the id that a media item named by its address gets when it is sent: the links that need one are as long as they will be. */
export const notYetOurs = `med_${'0'.repeat(26)}`;

const withoutStandIn = (content: Content): Content =>
  mapMedia(content, ({ id, ...media }) => (id === notYetOurs || id === undefined ? media : { id, ...media }));

/** The parts of one message as they look, and how it may be answered. */
function shownOn({ connector }: LiveAccount, adaptation: Adaptation, { extras, view }: AdaptationOf) {
  const { capabilities } = connector.manifest;
  const counted = capabilities.text.unit === 'septets';
  const parts = adaptation.parts.map((part) => {
    const content = withLinks(withoutStandIn(part.content), view);
    return {
      content,
      rendering: renderingOf(content, capabilities),
      ...(counted && content.kind === 'text' ? smsCount(content.text) : {}),
    };
  });
  return {
    parts,
    ...(counted ? { segments: parts.reduce((sum, part) => sum + (part.segments ?? 0), 0) } : {}),
    losses: adaptation.losses,
    ways: waysOf(adaptation, { language: extras?.language }),
  };
}

function smsCount(text: string) {
  const { segments, encoding, units } = smsSegments(text);
  return { segments, encoding, units };
}

/** What follows a form's first question where its fields are asked one by one, as if each were answered. */
const stepsOf = (live: LiveAccount, form: ContentOf<'form'>, of: AdaptationOf) =>
  form.fields.slice(1).map((field, i) => {
    const asked = adaptFor(live, fieldContent(field, of.extras?.language), of);
    const { messageId } = of;
    const question = formQuestion(
      { messageId, fields: form.fields, at: i + 1, values: {} },
      { messageId, asked: asked.question, expiresInSeconds: form.expires_in ?? 86_400 },
    );
    return { field: field.id, ...shownOn(live, { ...asked, question }, of) };
  });
