/** A merchant's identity on a channel, as a connector sees it: parsed by the manifest's own schemas, secrets unsealed. */
export interface Account<Config = unknown, Credentials = unknown> {
  readonly id: string;
  readonly merchantId: string;
  /** A test account: real in every respect, except that the merchant marked it so. */
  readonly test: boolean;
  readonly config: Config;
  readonly credentials: Credentials;
  /** The public address of this account's hook, without a trailing slash: `https://host/hooks/{connector}/{accountId}`. */
  readonly hookUrl: string;
}
