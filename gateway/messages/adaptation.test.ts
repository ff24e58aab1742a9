import { expect, test } from 'vitest';
import { connector } from '../../connectors/sandbox/index.ts';
import { kinds } from '../../protocol/capabilities.ts';
import type { Content } from '../../protocol/content.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { adaptFor } from './adaptation.ts';

test('what an account carries more of one content than its connector does of all, it carries', () => {
  const plain = { outbound: kinds({ text: 'native' }), inbound: {}, text: { max: 100, unit: 'utf16' } };
  const live = (catalogue: boolean) =>
    ({
      connector: {
        manifest: { ...connector.manifest, capabilities: plain },
        capabilitiesFor: (content: Content, config: { catalogue: boolean }) =>
          content.kind === 'product' && config.catalogue
            ? { ...plain, outbound: { ...plain.outbound, product: 'native' } }
            : plain,
      },
      account: { config: { catalogue } },
    }) as unknown as LiveAccount;
  const product: Content = { kind: 'product', items: [{ id: 'b-7', title: 'Bike' }] };
  const of = { messageId: 'msg_1', view: {} as never, extras: null };
  const kindsOf = (account: LiveAccount, content: Content) =>
    adaptFor(account, content, of).parts.map((part) => part.content.kind);
  expect(kindsOf(live(true), product)).toEqual(['product']);
  expect(kindsOf(live(false), product)).toEqual(['text']);
  expect(kindsOf(live(true), { kind: 'survey', text: 'Well?', scale: { min: 1, max: 2 } })).toEqual(['text']);
});
