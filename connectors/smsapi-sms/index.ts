import type { Connector, HookRequest } from '../contract/index.ts';
import { one } from './manifest.ts';

const lists = ['MsgId', 'status', 'donedate'];
const maxReceipts = 100;

/** Several receipts come in one call as lists, joined by commas: a request for each. */
function apart(request: HookRequest): HookRequest[] {
  const { query, url } = request;
  const ids = query.has('sms_from') ? [] : (query.get('MsgId') ?? '').split(',');
  const many = Math.max(1, Math.min(ids.length, maxReceipts));
  return Array.from({ length: many }, (_, n) => {
    const own = new URLSearchParams(query);
    for (const name of lists) {
      const value = own.get(name)?.split(',')[n];
      if (value !== undefined) own.set(name, value);
    }
    return many === 1 ? request : { ...request, query: own, url: `${url.split('?')[0]}?${own.toString()}` };
  });
}

export const connector: Connector = {
  ...one,
  hook: {
    ...one.hook!,
    parse: (request, account) => {
      const parsed = apart(request).map((each) => one.hook!.parse(each, account));
      const items = parsed.flatMap((each) => (each.ok ? each.items : []));
      const first = parsed[0]!;
      return first.ok ? { ...first, items } : first;
    },
  },
};
