/** A person has one id in all of Discord, a snowflake: an unsigned 64-bit number. */
export function normalise(address: string): string | undefined {
  const digits = /^discord:0*([1-9]\d{0,19})$/i.exec(address)?.[1];
  return digits !== undefined && BigInt(digits) < 2n ** 64n ? `discord:${digits}` : undefined;
}

export const userOf = (address: string): string => address.slice('discord:'.length);

export interface Target {
  channel: string;
  message: string;
}

/** A message is addressed by its channel too. */
export const messageIdOf = ({ channel, message }: Target): string => `${channel}:${message}`;

/** The message behind a provider id; what follows (a press, an edit) is of the same message. */
export function targetOf(providerId: string | undefined): Target | undefined {
  const [, channel, message] = /^(\d{1,20}):(\d{1,20})(?::|$)/.exec(providerId ?? '') ?? [];
  return channel !== undefined && message !== undefined ? { channel, message } : undefined;
}

/** When a snowflake was made ("Snowflake ID Format"): its upper 42 bits are milliseconds since 2015. */
export const atMsOf = (snowflake: string): number => Number((BigInt(snowflake) >> 22n) + 1_420_070_400_000n);
