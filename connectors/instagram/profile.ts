import type { Context, ProfileOutcome } from '../contract/index.ts';
import { graphUrl } from '../kit/meta/graph.ts';
import { readProfile } from '../kit/meta/profile.ts';
import { igsidOf } from './address.ts';
import type { InstagramAccount } from './manifest.ts';
import { codes } from './status.ts';

/** Who set no name is known by the user name. */
export const profile = (
  address: string,
  { config, credentials }: InstagramAccount,
  context: Context,
): Promise<ProfileOutcome> =>
  readProfile(context, {
    url: `${graphUrl(config, igsidOf(address))}?fields=name,username`,
    token: credentials.access_token,
    codes,
    nameOf: ({ name, username }) => name || username,
  });
