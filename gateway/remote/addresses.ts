import type { AddressForm } from '../../protocol/connector-wire/index.ts';
import { addressSchema, addressScheme } from '../../protocol/address.ts';

const separators = /[\s().\-/\u00a0]/g;

function written({ scheme, form }: AddressForm, address: string): string {
  const rest = address.slice(scheme.length + 1);
  switch (form) {
    case 'phone':
      return `${scheme}:${rest.replaceAll(separators, '')}`;
    case 'mailbox':
    case 'lower':
      return address.toLowerCase();
    case 'exact':
      return address;
  }
}

const shapes: Partial<Record<AddressForm['form'], RegExp>> = {
  phone: /^\+[1-9]\d{4,14}$/,
  mailbox: /^[^\s@,;<>"]+@[^\s@,;<>"]+$/,
};

/** The one way to write an address by the form that the manifest declares for its scheme; undefined if it is none of them. */
export function normaliseByForm(forms: readonly AddressForm[], address: string): string | undefined {
  const form = forms.find(({ scheme }) => scheme === addressScheme(address).toLowerCase());
  if (!form) return undefined;
  const one = written(form, `${form.scheme}${address.slice(form.scheme.length)}`);
  const shape = shapes[form.form];
  if (shape && !shape.test(one.slice(form.scheme.length + 1))) return undefined;
  return addressSchema.safeParse(one).success ? one : undefined;
}
