import { z } from 'zod';

/**
 * One way to reach a consumer on a channel: `scheme:rest`, at most 512 characters, without spaces or control characters.
 * `tel:+33612345678`, `mailto:a@b.fr`, `telegram:12345`, `whatsapp:FR.8492…`. Opaque to all but the connector that made it:
 * everyone else compares addresses as whole strings.
 */
export const addressSchema = z
  .string()
  .max(512)
  .regex(/^[a-z][a-z0-9+.-]{1,31}:[^\s\p{Cc}]+$/u, 'expected scheme:address, for example tel:+33612345678')
  .meta({
    description: 'An address of a consumer',
    examples: ['tel:+33612345678', 'mailto:ada@example.com'],
  });

export type Address = z.infer<typeof addressSchema>;

/** The part before the first colon. */
export const addressScheme = (address: string): string => address.slice(0, Math.max(0, address.indexOf(':')));

/** The part after the first colon. */
export const addressRest = (address: string): string => address.slice(address.indexOf(':') + 1);
