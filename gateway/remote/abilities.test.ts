import { describe, expect, test } from 'vitest';
import type {
  Connector,
  MessageTemplate,
  ProbeOutcome,
  ProfileOutcome,
  ReachOutcome,
  SetupOutcome,
  TemplatesOutcome,
} from '../../connectors/contract/index.ts';
import { connectors } from '../../connectors/generated/registry.ts';
import { wireManifestSchema } from '../../protocol/connector-wire/index.ts';
import { failure } from '../../protocol/failures.ts';
import { probeConnector } from '../../test/gateway/engine.ts';
import {
  accountElsewhere as account,
  contextElsewhere as context,
  elsewhere,
} from '../../test/remote/elsewhere.ts';
import { exclusiveOf, wireManifestOf } from './runner/manifest.ts';

const address = 'probe:ada';

const template = (name: string, text = 'Hello {{1}}'): MessageTemplate => ({
  name,
  language: 'fr',
  purpose: 'utility',
  state: 'approved',
  body: { text, placeholders: ['1'] },
  buttons: [],
  fillable: true,
});

/** Each ability that asks a platform: how it is asked, and what is said where the connector can't be. */
const abilities = {
  reach: {
    ask: (of: Connector) => of.reach!(address, account, context),
    able: (outcome: unknown) => ({ reach: async () => outcome as ReachOutcome }),
    absent: { type: 'unknown' },
  },
  profile: {
    ask: (of: Connector) => of.profile!(address, account, context),
    able: (outcome: unknown) => ({ profile: async () => outcome as ProfileOutcome }),
    absent: { type: 'unknown' },
  },
  templates: {
    ask: (of: Connector) => of.templates!(account, context),
    able: (outcome: unknown) => ({ templates: async () => outcome as TemplatesOutcome }),
    absent: { type: 'failed', failure: expect.objectContaining({ permanent: false }) },
  },
  probe: {
    ask: (of: Connector) => of.probe!(account, context),
    able: (outcome: unknown) => ({ probe: async () => outcome as ProbeOutcome }),
    absent: { ok: false, detail: expect.any(String) },
  },
  setup: {
    ask: (of: Connector) => of.setup!(account, context),
    able: (outcome: unknown) => ({ setup: async () => outcome as SetupOutcome }),
    absent: { ok: false, detail: expect.any(String) },
  },
  teardown: {
    ask: (of: Connector) => of.teardown!(account, context),
    able: (outcome: unknown) => ({ teardown: async () => outcome as SetupOutcome }),
    absent: { ok: false, detail: expect.any(String) },
  },
} as const;
const names = Object.keys(abilities) as (keyof typeof abilities)[];

const outcomes: [keyof typeof abilities, object][] = [
  ['reach', { type: 'yes' }],
  ['reach', { type: 'no', failure: failure('unreachable', '404') }],
  ['reach', { type: 'unknown' }],
  ['profile', { type: 'found', name: 'Ada', language: 'fr' }],
  ['profile', { type: 'none' }],
  ['profile', { type: 'unknown' }],
  ['templates', { type: 'listed', templates: [template('a'), template('b')] }],
  ['templates', { type: 'listed', templates: [], more: true }],
  ['templates', { type: 'unset', fields: ['config.business'] }],
  ['templates', { type: 'failed', failure: failure('account_unauthorized', '190'), retryAfterMs: 1000 }],
  ['probe', { ok: true, detail: 'Ada', expiresAtMs: 1_800_000_000_000 }],
  ['probe', { ok: true, expiresAtMs: null }],
  ['probe', { ok: true }],
  ['probe', { ok: false, detail: 'no', fields: ['credentials.key', 'config'] }],
  ['setup', { ok: true, detail: 'done' }],
  ['teardown', { ok: false, detail: 'no' }],
];

test.each(outcomes)('%s: %j comes over the wire as it is', async (name, outcome) => {
  const there = elsewhere({ ...probeConnector(), ...abilities[name].able(outcome) });
  expect(await abilities[name].ask(there.connector)).toEqual(outcome);
  expect(there.asked.map(({ operation }) => operation)).toEqual([name]);
});

describe.each(names)('%s', (name) => {
  const { ask, able, absent } = abilities[name];
  const there = () => elsewhere({ ...probeConnector(), ...able({ ok: true }) });

  test('is there only where the connector has it', () => {
    expect(elsewhere(probeConnector()).connector[name]).toBeUndefined();
  });

  test('a connector that is away is not asked', async () => {
    const away = there();
    away.up = false;
    expect(await ask(away.connector)).toEqual(absent);
    expect(away.asked).toEqual([]);
  });

  test.each([
    ['nobody', { type: 'nobody' as const }],
    ['silence', { type: 'silent' as const }],
    ['no JSON', { type: 'reply' as const, payload: 'coo' }],
    ['nothing', { type: 'reply' as const, payload: '{}' }],
    ['what it may not say', { type: 'reply' as const, payload: '{"type":"yes","ok":true,"more":1}' }],
    ['a lot', { type: 'reply' as const, payload: JSON.stringify({ ok: true, detail: 'x'.repeat(999_000) }) }],
  ])('%s for an answer is no word of the platform', async (_title, answer) => {
    const made = there();
    made.answer = answer;
    expect(await ask(made.connector)).toEqual(absent);
  });
});

describe('what is longer than the wire takes', () => {
  test('a name is cut, one of nothing is none, a language that is none is left out', async () => {
    const named = (name: string, language: string) =>
      elsewhere({
        ...probeConnector(),
        profile: async () => ({ type: 'found', name, language }) as const,
      }).connector.profile!(address, account, context);
    expect(await named('x'.repeat(300), 'not a language')).toEqual({ type: 'found', name: 'x'.repeat(256) });
    expect(await named('  ', 'fr')).toEqual({ type: 'none' });
  });

  test('templates come in pieces of one list, which is asked for once', async () => {
    const all = Array.from({ length: 400 }, (_, n) => template(`t${n}`, 'x'.repeat(8000)));
    let asked = 0;
    const there = elsewhere({
      ...probeConnector(),
      templates: async () => (asked++, { type: 'listed', templates: all }),
    });
    expect(await there.connector.templates!(account, context)).toEqual({ type: 'listed', templates: all });
    expect(there.asked.length).toBeGreaterThan(3);
    expect(asked).toBe(1);
    await there.connector.templates!(account, context);
    expect(asked).toBe(2);
  });

  test('more than 2,000 are cut, and it is said', async () => {
    const all = Array.from({ length: 2100 }, (_, n) => template(`t${n}`));
    const there = elsewhere({
      ...probeConnector(),
      templates: async () => ({ type: 'listed', templates: all }),
    });
    const outcome = await there.connector.templates!(account, context);
    expect(outcome).toMatchObject({ type: 'listed', more: true });
    expect(outcome.type === 'listed' && outcome.templates.length).toBe(2000);
  });

  test('a list that never ends is given up', async () => {
    const there = elsewhere({
      ...probeConnector(),
      templates: async () => ({ type: 'unset', fields: ['config'] }),
    });
    const piece = { type: 'listed', templates: [], next: 1 };
    there.answer = { type: 'reply', payload: JSON.stringify(piece) };
    expect(await there.connector.templates!(account, context)).toEqual(abilities.templates.absent);
    there.answer = {
      type: 'reply',
      payload: JSON.stringify({ ...piece, templates: [template('a')], next: 1 }),
    };
    const endless = await there.connector.templates!(account, context);
    expect(endless).toEqual(abilities.templates.absent);
  });
});

test('every connector of ours but those with servers and pages of their own has a form on the wire', () => {
  const inside = connectors.filter((one) => !wireManifestOf(one).ok).map(({ manifest }) => manifest.name);
  expect(inside).toEqual(
    connectors.filter((one) => one.server || one.pages).map(({ manifest }) => manifest.name),
  );
  expect(inside.length).toBeLessThan(connectors.length / 4);
});

describe('credentials that are good once', () => {
  test('an account that is saved as it stands is told apart from one that is tried', async () => {
    const there = elsewhere({ ...probeConnector(), ...abilities.probe.able({ ok: true }) });
    const isSaved = () => (there.asked.at(-1)!.request['account'] as { saved?: boolean }).saved;
    await there.connector.probe!(account, { ...context, renewal: () => async () => {} });
    expect(isSaved()).toBe(true);
    await there.connector.probe!(account, { ...context, renewal: () => undefined });
    expect(isSaved()).toBeUndefined();
  });

  test('are spent by the active instance alone', () => {
    const able: Connector = {
      ...probeConnector({ renewsCredentials: true }),
      sender: { send: async () => ({ type: 'sent', providerIds: [] }) },
      capabilitiesFor: (_content, _config) => probeConnector().manifest.capabilities,
      hook: { verify: () => ({ ok: true }), parse: () => ({ ok: true, items: [] }) },
      ...abilities.reach.able({ type: 'yes' }),
      ...abilities.probe.able({ ok: true }),
    };
    expect(exclusiveOf(able).toSorted()).toEqual(['probe', 'reach', 'send']);
    const confirming: Connector = { ...able, hook: { ...able.hook!, confirm: async () => true } };
    expect(exclusiveOf(confirming)).toContain('hook');
    expect(exclusiveOf({ ...able, manifest: probeConnector().manifest })).toEqual([]);
    const wire = wireManifestOf(able);
    expect(wire.ok && wireManifestSchema.parse(wire.manifest).renews_credentials).toBe(true);
    expect(elsewhere(able).connector.manifest.renewsCredentials).toBe(true);
  });
});
