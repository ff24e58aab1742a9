import type { Adaptation } from '../../protocol/adapt/index.ts';
import type { Content } from '../../protocol/content.ts';
import { adaptFor } from '../messages/adaptation.ts';
import { Refusal } from '../problems.ts';
import { waysTo } from '../routing/candidates.ts';
import type { RouteRequest } from '../routing/candidates.ts';
import { reachable } from '../routing/reachable.ts';
import { choose } from '../routing/route.ts';
import type { Route } from '../routing/route.ts';
import type { Considered } from '../routing/policy.ts';
import type { RouteInput } from '../routing/request.ts';
import type { FallbackChainRow, FallbackStep, MessageExtras, MessageRow } from '../store/port.ts';
import type { FallbackOptions } from './options.ts';

/** A step that leads nowhere now, and why. */
export interface Passed {
  step: number;
  considered: Considered[];
}

/** The message that would go out next. */
export interface NextWay {
  messageId: string;
  /** Of the plan, from 0. */
  step: number;
  route: Route;
  content: Content;
  adaptation: Adaptation;
  extras: MessageExtras;
}

/** The first step of what is left that leads somewhere, by the policy as things are now. Consent and accounts are asked anew. */
export async function nextWay(
  o: FallbackOptions,
  chain: FallbackChainRow,
  first: MessageRow,
): Promise<{ way: NextWay | undefined; passed: Passed[] }> {
  const passed: Passed[] = [];
  const { steps, rest } = chain.plan;
  const tried = await triedBy(o, chain);
  // the rest is one step that is asked again and again
  const end = rest ? Math.max(steps.length, chain.step) + 1 : steps.length;
  for (let step = chain.step; step < end; step++) {
    const found = await tryStep(o, { chain, first, step, tried });
    if ('way' in found) return { way: found.way, passed };
    passed.push({ step, considered: found.considered });
  }
  return { way: undefined, passed };
}

async function triedBy({ store }: FallbackOptions, { ways }: FallbackChainRow) {
  const messages = await Promise.all(ways.map((id) => store.read.messages.byId(id)));
  return messages.flatMap((one) => (one ? [{ accountId: one.accountId, address: one.address }] : []));
}

interface Trying {
  chain: FallbackChainRow;
  first: MessageRow;
  step: number;
  tried: RouteRequest['tried'];
}

async function tryStep(
  o: FallbackOptions,
  { chain, first, step, tried }: Trying,
): Promise<{ way: NextWay } | { considered: Considered[] }> {
  const asked: FallbackStep | undefined = chain.plan.steps[step];
  const { merchantId, test } = first;
  const messageId = o.clock.id('message');
  const content = asked?.content ?? first.content;
  const extras = extrasOf(chain, first);
  const to = asked?.to ?? first.consumerId;
  const request = {
    merchantId,
    test,
    to,
    channel: asked?.channel,
    route: routeOf(chain, asked),
    purpose: extras.purpose,
    tried,
  };
  const load = {
    content,
    strict: chain.plan.strict === true,
    adapt: (live: Route['live']) => adaptFor(live, content, { messageId, view: o.view, extras }),
  };
  try {
    const found = await waysTo(o.store.read, o, request);
    const choice = choose({ request, load, found: await reachable(o, { request, load, found }) });
    if (choice.type === 'none') return { considered: choice.considered };
    const { route, adaptation } = choice;
    return { way: { messageId, step, route, content, adaptation, extras } };
  } catch (error) {
    // whom it is to go to is no more
    if (error instanceof Refusal) return { considered: [] };
    throw error;
  }
}

/** What the send ruled out stays so; a step that names its own way isn't bound to the channels of the first. */
function routeOf({ plan }: FallbackChainRow, asked: FallbackStep | undefined): RouteInput | undefined {
  const route = plan.route as RouteInput | undefined;
  if (!route || (asked?.to === undefined && asked?.channel === undefined)) return route;
  const { channels: _, ...rest } = route;
  return rest;
}

/** How it was meant goes along; a reply is shown as one where the channel knows what it is about. */
function extrasOf({ messageId }: FallbackChainRow, { extras }: MessageRow): MessageExtras {
  const { metadata, purpose, language, transliterate, replyTo } = extras ?? {};
  return {
    ...(replyTo ? { replyTo } : {}),
    ...(metadata ? { metadata } : {}),
    ...(purpose ? { purpose } : {}),
    ...(language ? { language } : {}),
    ...(transliterate ? { transliterate } : {}),
    chain: messageId,
  };
}
