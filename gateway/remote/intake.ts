import type { InboundItem } from '../../connectors/contract/index.ts';
import type { WireItem, WireManifest } from '../../protocol/connector-wire/index.ts';
import { normaliseByForm } from './addresses.ts';
import { itemFromWire } from './items.ts';

const addressesOf = (item: WireItem): { pointer: string; address: string }[] => {
  if (item.type === 'ignored') return [];
  if (item.type === 'receipt')
    return item.address === undefined ? [] : [{ pointer: '/address', address: item.address }];
  return [
    { pointer: '/sender/address', address: item.sender.address },
    ...(item.sender.aliases ?? []).map((address, i) => ({ pointer: `/sender/aliases/${i}`, address })),
  ];
};

/** What the schema cannot say: addresses are of the connector's own schemes, and written in their one way. */
export function checkItems(
  manifest: WireManifest,
  items: readonly WireItem[],
): { ok: true; items: InboundItem[] } | { ok: false; errors: { pointer: string; detail: string }[] } {
  const errors = items.flatMap((item, at) =>
    addressesOf(item).flatMap(({ pointer, address }) => {
      const one = normaliseByForm(manifest.addresses, address);
      if (one === address) return [];
      const detail =
        one === undefined
          ? 'is no address of a scheme and form that the manifest declares'
          : 'is not written in its one way, which the manifest declares';
      return [{ pointer: `/items/${at}${pointer}`, detail }];
    }),
  );
  return errors.length > 0 ? { ok: false, errors } : { ok: true, items: items.map(itemFromWire) };
}
