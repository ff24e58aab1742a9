import { mapMedia } from '../../protocol/content-media.ts';
import type { Content } from '../../protocol/content.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import { waysTo } from '../routing/candidates.ts';
import type { RouteOptions, RouteRequest } from '../routing/candidates.ts';
import type { Considered } from '../routing/policy.ts';
import { reachable } from '../routing/reachable.ts';
import { choose } from '../routing/route.ts';
import type { Store } from '../store/port.ts';
import { adaptFor } from './adaptation.ts';
import { notYetOurs } from './preview.ts';
import type { ViewOptions } from './view.ts';

export interface RoutePreview extends Omit<RouteOptions, 'now'> {
  store: Store;
  clock: Clock;
  view: ViewOptions;
}

/** Which way a message would go now, and what else was considered. Nothing is written down. */
export async function previewRoute(
  o: RoutePreview,
  of: {
    request: RouteRequest;
    content: Content;
    language: string | undefined;
    transliterate: boolean | undefined;
    strict: boolean | undefined;
  },
): Promise<{ account_id?: string; considered: Considered[] }> {
  const { request, language, transliterate } = of;
  const { read } = o.store;
  const found = await waysTo(read, { ...o, now: o.clock.now }, request);
  const messageId = o.clock.id('message');
  const spoken = language ?? found.consumer?.language;
  const extras = { ...(spoken ? { language: spoken } : {}), ...(transliterate ? { transliterate } : {}) };
  // one that is named by its address gets an id when it is sent
  const content = mapMedia(of.content, ({ url, ...media }) =>
    media.id === undefined && url !== undefined ? { ...media, id: notYetOurs } : media,
  );
  const adapt = (live: LiveAccount) => adaptFor(live, content, { messageId, view: o.view, extras });
  const load = { content, adapt, strict: of.strict === true };
  const choice = choose({ request, load, found: await reachable(o, { request, load, found }) });
  if (choice.type === 'none') return { considered: choice.considered };
  return { account_id: choice.route.live.row.id, considered: choice.route.considered };
}
