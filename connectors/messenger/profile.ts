import type { Context, ProfileOutcome } from '../contract/index.ts';
import { graphUrl } from '../kit/meta/graph.ts';
import { readProfile } from '../kit/meta/profile.ts';
import { psidOf } from './address.ts';
import type { MessengerAccount } from './manifest.ts';
import { codes } from './status.ts';

/** The locale is not asked for: it takes a permission of its own, and without it the whole call is refused. */
export const profile = (
  address: string,
  { config, credentials }: MessengerAccount,
  context: Context,
): Promise<ProfileOutcome> =>
  readProfile(context, {
    url: `${graphUrl(config, psidOf(address))}?fields=name,first_name,last_name`,
    token: credentials.page_access_token,
    codes,
    nameOf: ({ name, first_name, last_name }) => name || [first_name, last_name].filter(Boolean).join(' '),
  });
