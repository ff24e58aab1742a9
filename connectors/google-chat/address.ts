/** A person of Google's: `google-chat:1234567890`, the number of `users/1234567890`, the same for every app. */
export const normalise = (address: string): string | undefined => {
  const digits = /^google-chat:0*([1-9]\d{4,29})$/i.exec(address)?.[1];
  return digits === undefined ? undefined : `google-chat:${digits}`;
};

export const userOf = (address: string): string => `users/${address.slice('google-chat:'.length)}`;
export const addressOf = (user: string): string | undefined =>
  normalise(user.replace(/^users\//, 'google-chat:'));

/** The resource name of a message in a provider id; what follows (a press, a file) is of the same message. */
export const messageOf = (providerId: string | undefined): string | undefined =>
  /^(spaces\/[\w-]{1,128}\/messages\/[\w.-]{1,256})(?::|$)/.exec(providerId ?? '')?.[1];
