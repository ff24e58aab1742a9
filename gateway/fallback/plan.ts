import type { Content } from '../../protocol/content.ts';
import type { Clock } from '../clock.ts';
import { ownMedia } from '../messages/own-media.ts';
import { Refusal } from '../problems.ts';
import { waysTo } from '../routing/candidates.ts';
import type { RouteOptions, Ways } from '../routing/candidates.ts';
import type { RouteInput } from '../routing/request.ts';
import type {
  FallbackChainRow,
  FallbackPlan,
  FallbackStep,
  MediaRow,
  RoutingDefaults,
  Store,
  Tx,
} from '../store/port.ts';
import { defaultAfterSeconds } from './request.ts';
import type { FallbackInput } from './request.ts';

export interface Planning {
  merchantId: string;
  kind: Content['kind'];
  test: boolean;
  fallback: FallbackInput | undefined;
  route: RouteInput | undefined;
  strict: boolean;
  /** What the merchant wants where the send doesn't say. */
  defaults: RoutingDefaults | undefined;
  /** With the standalone text that every content carries. */
  withText(content: Content): Content;
}

type Step = Exclude<FallbackInput, boolean>[number];

/** What is about another message makes no sense anywhere else. */
const bound = new Set<Content['kind']>(['reaction', 'edit', 'removal']);

/** What falls back by default, and for `true`. */
const policyTerms = { afterMs: defaultAfterSeconds * 1000, until: 'sent' as const };

/** Checks a chain as the merchant asked for it, and puts it down as it is kept; undefined where there is none. */
export async function planOf(
  o: RouteOptions & { store: Store; clock: Clock },
  of: Planning,
): Promise<{ plan: FallbackPlan; media: MediaRow[] } | undefined> {
  const fallback = of.fallback ?? (bound.has(of.kind) ? false : of.defaults?.fallback) ?? false;
  if (fallback === false) return undefined;
  if (bound.has(of.kind))
    throw new Refusal(
      'invalid_request',
      `A ${of.kind} goes where the message it is about went, or nowhere.`,
      {
        errors: [{ pointer: '/fallback', detail: `not with "${of.kind}"` }],
      },
    );
  const common = {
    ...(of.route ? { route: of.route } : {}),
    ...(of.strict ? { strict: true as const } : {}),
  };
  if (fallback === true)
    return { plan: { steps: [], rest: policyTerms, ...common } as FallbackPlan, media: [] };
  const steps: FallbackStep[] = [];
  const media: MediaRow[] = [];
  for (const [i, step] of fallback.entries()) {
    const owned = await pointed(i, async () => {
      await checkWay(o, of, step);
      return step.content && ownMedia(o, of.merchantId, of.withText(step.content));
    });
    media.push(...(owned?.media ?? []));
    steps.push({
      afterMs: (step.after ?? defaultAfterSeconds) * 1000,
      until: step.until ?? 'sent',
      ...(step.to === undefined ? {} : { to: step.to }),
      ...(step.channel === undefined ? {} : { channel: step.channel }),
      ...(step.even_if_uncertain ? { evenIfUncertain: true as const } : {}),
      ...(owned ? { content: owned.content } : {}),
    });
  }
  return { plan: { steps, ...common } as FallbackPlan, media };
}

/** A step that could never be taken is a mistake. One that cannot be taken now may be able to when its time comes. */
async function checkWay(o: RouteOptions & { store: Store }, of: Planning, step: Step): Promise<void> {
  const { merchantId, test } = of;
  if (step.to !== undefined) {
    const { to, channel } = step;
    const found = await waysTo(o.store.read, o, { merchantId, test, to, channel });
    if (found.byAddress && !found.ways.some(({ candidate }) => !candidate.refused)) throw noWay(found, to);
  } else if (
    step.channel !== undefined &&
    !o.registry.of(merchantId).some(({ row }) => row.channel === step.channel)
  )
    throw new Refusal('no_route', `None of your active accounts is on the channel "${step.channel}".`, {
      errors: [{ pointer: '/channel', detail: 'no account on this channel' }],
    });
}

function noWay({ ways }: Ways, to: string): Refusal {
  const invalid = ways.some(({ candidate }) => candidate.refused === 'address_invalid');
  const why = [...new Set(ways.map(({ candidate }) => candidate.refused ?? ''))].join(', ');
  return new Refusal(
    invalid ? 'invalid_request' : 'no_route',
    invalid
      ? `No account of yours knows an address of this form: ${to.slice(0, to.indexOf(':'))}.`
      : `None of your active accounts takes this address${why ? ` (${why})` : ''}.`,
    {
      errors: [
        { pointer: '/to', detail: invalid ? 'not a valid address of this channel' : 'no account for it' },
      ],
    },
  );
}

/** What is wrong with a step is pointed at in the step. */
async function pointed<T>(i: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, detail, losses, retryAfterSeconds } = error;
    throw new Refusal(code, detail, {
      errors: (error.errors ?? [{ pointer: '', detail }]).map((one) => ({
        ...one,
        pointer: `/fallback/${i}${one.pointer}`,
      })),
      ...(losses ? { losses } : {}),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  }
}

/** Begins a chain, in the unit that writes its first message. */
export async function writeChain(
  tx: Tx,
  {
    nowMs,
    ...of
  }: Pick<FallbackChainRow, 'messageId' | 'merchantId' | 'plan' | 'since' | 'expiresAt'> & { nowMs: number },
): Promise<void> {
  const { messageId, plan, since } = of;
  const terms = plan.steps[0] ?? plan.rest;
  await tx.fallbacks.insert({
    ...of,
    ways: [messageId],
    step: 0,
    state: 'watching',
    reason: null,
    // a way that fails makes it due at once
    dueAt: Math.min(since + (terms?.afterMs ?? 0), of.expiresAt),
  });
  const shown = ({ afterMs, until, evenIfUncertain, ...step }: Partial<FallbackStep>) => ({
    ...(step.channel === undefined ? {} : { channel: step.channel }),
    ...(step.to === undefined ? {} : { to: step.to.slice(0, step.to.search(/[:_]/)) }),
    ...(step.content ? { kind: step.content.kind } : {}),
    after_ms: afterMs,
    until,
    ...(evenIfUncertain ? { even_if_uncertain: true } : {}),
  });
  await tx.trace.insert({
    messageId,
    at: nowMs,
    step: 'fallback_planned',
    detail: { steps: plan.steps.map(shown), ...(plan.rest ? { rest: shown(plan.rest) } : {}) },
  });
}
