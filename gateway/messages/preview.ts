import { smsSegments } from '../../protocol/text/index.ts';
import type { Content } from '../../protocol/content.ts';
import { mapMedia } from '../../protocol/content-media.ts';
import type { AccountRegistry, LiveAccount } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../problems.ts';
import type { Store } from '../store/port.ts';
import { adaptFor } from './adaptation.ts';
import { checkMedia } from './own-media.ts';
import type { ViewOptions } from './view.ts';

/** The adaptation of a content for each account asked about, before anything is sent. */
export async function previewFor(
  {
    registry,
    clock,
    view,
    store,
  }: { registry: AccountRegistry; clock: Clock; view: ViewOptions; store: Store },
  of: { merchantId: string; content: Content; accounts: string[] | undefined },
) {
  const own = registry.of(of.merchantId);
  const unknown = of.accounts?.find((id) => !own.some((live) => live.row.id === id));
  if (unknown)
    throw new Refusal('invalid_request', `There is no active account ${unknown}.`, {
      errors: [{ pointer: '/accounts', detail: 'unknown account' }],
    });
  await checkMedia(store, of.merchantId, of.content);
  const messageId = clock.id('message');
  const content = mapMedia(of.content, ({ url, ...media }) => ({
    ...media,
    id: media.id ?? 'preview',
    ...(media.id ? {} : { url }),
  }));
  return own
    .filter((live) => of.accounts === undefined || of.accounts.includes(live.row.id))
    .map((live) => oneOf(live, content, messageId, view));
}

function oneOf(live: LiveAccount, content: Content, messageId: string, view: ViewOptions) {
  const { parts, losses, refused } = adaptFor(live, content, { messageId, view });
  const counted = live.connector.manifest.capabilities.text.unit === 'septets';
  return {
    account_id: live.row.id,
    connector: live.row.connector,
    channel: live.row.channel,
    refused,
    parts: parts.map((part) => ({
      content: part.content,
      ...(counted && part.content.kind === 'text'
        ? { segments: smsSegments(part.content.text).segments }
        : {}),
    })),
    losses,
  };
}
