import { defineConnector } from '../contract/index.ts';
import { phoneUrl } from './access.ts';
import { addressBook } from './address.ts';
import { manifest } from './manifest.ts';
import type { Config, Credentials } from './manifest.ts';
import { createPages } from './pages.ts';
import { startPhones } from './phones.ts';
import { revokeFrom } from './revoke.ts';
import { createRooms } from './rooms.ts';

export { phoneUrl } from './access.ts';

/** The pages and the server meet here: what a page uploads shows on every page that is open. */
const rooms = createRooms();

export const connector = defineConnector<Config, Credentials>({
  manifest,
  address: addressBook,
  server: { start: (host) => Promise.resolve(startPhones(host, rooms)) },
  revoke: revokeFrom(rooms),
  pages: createPages(rooms),
  probe: (account) =>
    Promise.resolve(
      account.test
        ? { ok: true, detail: `The phone: ${phoneUrl(account)}` }
        : { ok: false, detail: 'The sandbox only plays on test accounts.' },
    ),
});
