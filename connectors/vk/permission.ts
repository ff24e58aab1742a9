import type { InboundItem } from '../contract/index.ts';
import { addressOf } from './address.ts';
import { permissionSchema } from './wire.ts';

const permissions = {
  message_allow: { state: 'opted_in', says: 'Allowed messages' },
  message_deny: { state: 'opted_out', says: 'Forbade messages' },
} as const;

/** The community may write to somebody, or may not any more. */
export function permission(type: keyof typeof permissions, object: unknown, eventId = ''): InboundItem[] {
  const address = addressOf(permissionSchema.safeParse(object).data?.user_id ?? 0);
  // without its id a repetition cannot be told from the next one
  if (!address || !eventId) return [{ type: 'ignored', reason: 'a permission of nobody' }];
  const { state, says } = permissions[type];
  return [
    {
      type: 'message',
      providerId: `${type}:${eventId}`,
      sender: { address },
      content: { kind: 'native', connector: 'vk', payload: { type }, text: says },
      automatic: true,
      consent: { state, statement: type },
    },
  ];
}
