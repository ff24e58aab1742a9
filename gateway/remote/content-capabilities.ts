import { createHash } from 'node:crypto';
import type { Connector } from '../../connectors/contract/index.ts';
import type { Capabilities } from '../../protocol/capabilities.ts';
import { capabilitiesReplySchema } from '../../protocol/connector-wire/index.ts';
import type { WireManifest } from '../../protocol/connector-wire/index.ts';
import { mapMedia } from '../../protocol/content-media.ts';
import type { Content } from '../../protocol/content.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import { answerTo } from './asking.ts';
import type { Ask } from './asking.ts';

const askTimeoutMs = 1500;
/** What could not be told is not asked again before. */
const pauseMs = 5000;
/** For so long nobody waits for a connector that made somebody wait in vain. */
const slowMs = 30_000;
/** A message that began to go out by the manifest goes on so. */
const holdMs = 600_000;
const maxKept = 5000;
const maxOpen = 100;

interface Kept {
  question: { config: unknown; content: Content };
  /** What such an account carries; undefined while that is not known. */
  answer: Capabilities | undefined;
  /** As many instances had come when it was asked for: one that came since may know more. */
  arrivals: number;
  askedAtMs: number;
  heldUntilMs: number;
  asking: Promise<void> | undefined;
}

export interface ContentCapabilitiesOptions {
  manifest: WireManifest;
  ask: Ask;
  now(): number;
  /** How many instances have come so far. */
  arrivals(): number;
}

type Ability = NonNullable<Connector['capabilitiesFor']>;
const behind = new WeakMap<Ability, ContentCapabilities>();

/** What answers for a connector's `capabilitiesFor`, where that has to be asked for over the wire. */
export const capabilitiesBehind = ({ capabilitiesFor }: Connector): ContentCapabilities | undefined =>
  capabilitiesFor && behind.get(capabilitiesFor);

/**
 * `capabilitiesFor` of a connector that has to be asked. The answer is needed at once: so it is `learn`t before, where there is time, and
 * until it is known the manifest counts, while it is asked for in the background. `isOutdated` is how a send finds out that it was adapted by
 * too little. The same content under the same configuration is asked about once for each instance that comes; at most 5,000 are remembered.
 */
export class ContentCapabilities {
  readonly #o: ContentCapabilitiesOptions;
  readonly #kept = new Map<string, Kept>();
  /** What the manifest was last given for, for want of an answer. */
  readonly #guessed = new Set<string>();
  #open = 0;
  #slowUntilMs = 0;
  /** As the contract has it: does nothing that takes time. */
  readonly capabilitiesFor: Ability = (content, config) => this.#of(content, config);

  constructor(options: ContentCapabilitiesOptions) {
    this.#o = options;
    behind.set(this.capabilitiesFor, this);
  }

  /** Resolves when it is known what is carried of a content, or that it cannot be told now: within 1.5 s. */
  async learn(content: Content, config: unknown): Promise<void> {
    if (!this.#isAsked(content) || this.#o.now() < this.#slowUntilMs) return;
    await this.#ask(this.#find(content, config).kept);
  }

  /** Whether something may have been adapted by the manifest for want of an answer. */
  get hasGuessed(): boolean {
    return this.#guessed.size > 0;
  }

  /** Whether the manifest was given for it, and the connector says more: it is to be adapted anew. Waits for the answer. */
  async isOutdated(content: Content, config: unknown): Promise<boolean> {
    if (!this.#isAsked(content)) return false;
    const { key, kept } = this.#find(content, config);
    if (!this.#guessed.has(key)) return false;
    await this.#ask(kept);
    return kept.answer !== undefined && kept.answer !== this.#o.manifest.capabilities;
  }

  /** Some of it went out as the manifest has it, for want of an answer: the rest of it follows so, also when an answer comes. */
  hold(content: Content, config: unknown): void {
    if (!this.#isAsked(content)) return;
    const { kept } = this.#find(content, config);
    if (kept.answer === undefined) kept.heldUntilMs = this.#o.now() + holdMs;
  }

  #of(content: Content, config: unknown): Capabilities {
    const { manifest } = this.#o;
    if (!this.#isAsked(content)) return manifest.capabilities;
    const { key, kept } = this.#find(content, config);
    void this.#ask(kept);
    if (kept.answer) this.#guessed.delete(key);
    else this.#guessed.add(key);
    return kept.answer ?? manifest.capabilities;
  }

  #isAsked({ kind }: Content): boolean {
    const { capabilities_kinds: kinds } = this.#o.manifest;
    return kinds ? kinds.includes(kind) : kind !== 'typing' && kind !== 'read';
  }

  #find(content: Content, config: unknown): { key: string; kept: Kept } {
    const question = { config, content: asGiven(content) };
    const key = createHash('sha256').update(JSON.stringify(question)).digest('base64');
    const kept = this.#kept.get(key) ?? {
      question,
      answer: undefined,
      arrivals: -1,
      askedAtMs: 0,
      heldUntilMs: 0,
      asking: undefined,
    };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= maxKept) break;
      this.#kept.delete(oldest);
      this.#guessed.delete(oldest);
    }
    return { key, kept };
  }

  #isDue({ answer, arrivals, askedAtMs, heldUntilMs }: Kept): boolean {
    const nowMs = this.#o.now();
    if (nowMs < heldUntilMs) return false;
    return arrivals !== this.#o.arrivals() || (answer === undefined && nowMs >= askedAtMs + pauseMs);
  }

  /** Asks where that is due; resolves when what is asked is answered. Never rejects. */
  #ask(kept: Kept): Promise<void> {
    const { ask, manifest, now, arrivals } = this.#o;
    if (kept.asking || !this.#isDue(kept) || this.#open >= maxOpen) return kept.asking ?? Promise.resolve();
    this.#open++;
    kept.arrivals = arrivals();
    kept.askedAtMs = now();
    kept.asking = answerTo(ask, 'capabilities', {
      request: kept.question,
      schema: capabilitiesReplySchema,
      timeoutMs: askTimeoutMs,
    }).then((reply) => {
      this.#open--;
      kept.asking = undefined;
      // what was known before is better than nothing
      if (reply && now() >= kept.heldUntilMs) kept.answer = reply.capabilities ?? manifest.capabilities;
      if (!reply && now() >= kept.askedAtMs + askTimeoutMs) this.#slowUntilMs = now() + slowMs;
    });
    return kept.asking;
  }
}

const anyMedia = `med_${'0'.repeat(26)}`;

/**
 * The same for a content as the merchant gave it, as it is kept, and when its media are fetched: with a text, and media without what tells
 * one file from another.
 */
function asGiven(content: Content): Content {
  const { text = standaloneText(content), ...rest } = mapMedia(
    content,
    ({ url: _url, bytes: _bytes, media_type: _type, ...item }) => ({ ...item, id: anyMedia }),
  );
  return { ...rest, text } as Content;
}
