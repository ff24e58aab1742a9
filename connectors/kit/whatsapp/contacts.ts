import { defined, lineOf } from '../fields.ts';
import type { Said } from './said.ts';
import { bodies } from './wire.ts';

const listed = (values: (string | undefined)[] | undefined, max: number) => {
  const kept = (values ?? []).flatMap((value) => lineOf(value, max) ?? []).slice(0, 20);
  return kept.length ? kept : undefined;
};

export function contactsSaid(wire: unknown): Said | undefined {
  const { data } = bodies.contacts.safeParse(wire);
  if (!data?.length) return undefined;
  return {
    content: {
      kind: 'contact',
      contacts: data.slice(0, 20).map((contact) => {
        const phones = listed(
          contact.phones?.map(({ phone, wa_id }) => phone ?? wa_id),
          40,
        );
        const named =
          lineOf(contact.name?.formatted_name) ??
          lineOf([contact.name?.first_name, contact.name?.last_name].filter(Boolean).join(' '));
        return defined({
          name: named ?? phones?.[0] ?? '?',
          phones,
          emails: listed(
            contact.emails?.map(({ email }) => email),
            320,
          ),
          organization: lineOf(contact.org?.company),
        });
      }),
    },
  };
}
