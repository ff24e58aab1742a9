import * as fc from 'fast-check';
import { addressScheme, addressSchema } from '../../protocol/address.ts';
import { shown, when } from './check.ts';
import type { CheckGroup } from './check.ts';
import { counterexample } from './garbage.ts';
import type { ConformanceSpec } from './spec.ts';

const normalise = ({ connector, account }: ConformanceSpec, address: string): string | undefined =>
  connector.address.normalise(address, account.config);

/** What is wrong with an address that a connector calls canonical. */
export function addressProblems(spec: ConformanceSpec, address: string): string[] {
  if (!addressSchema.safeParse(address).success) return [`${shown(address)} is no address`];
  const again = normalise(spec, address);
  return [
    ...when(
      !spec.connector.manifest.schemes.includes(addressScheme(address)),
      `${shown(address)} has a scheme that the manifest doesn't name`,
    ),
    ...when(again !== address, `${shown(address)} is not canonical: it becomes ${shown(again)}`),
  ];
}

export const addressChecks: CheckGroup = {
  name: 'addresses',
  checks: [
    {
      name: 'all spellings of an address become one',
      run: (spec) => [
        ...when(spec.addresses.same.length === 0, 'the spec names no address'),
        ...spec.addresses.same.flatMap((spelling) => {
          const canonical = normalise(spec, spelling);
          return when(
            canonical !== spec.addresses.same[0],
            `${shown(spelling)} becomes ${shown(canonical)}, not ${shown(spec.addresses.same[0])}`,
          );
        }),
      ],
    },
    {
      name: 'the canonical address is stable and well formed',
      run: (spec) =>
        [...spec.addresses.same.slice(0, 1), spec.addresses.sample].flatMap((address) =>
          addressProblems(spec, address),
        ),
    },
    {
      name: 'refuses what is none of its own',
      run: (spec) =>
        [
          ...spec.addresses.refused,
          '',
          ':',
          'nonsense',
          `${spec.connector.manifest.schemes[0]}:`,
          `${spec.addresses.sample}\r\nx: y`,
        ].flatMap((address) =>
          when(
            normalise(spec, address) !== undefined,
            `${shown(address)} is taken as ${shown(normalise(spec, address))}`,
          ),
        ),
    },
    {
      name: 'any text gives a canonical address or none, and never throws',
      run: (spec) => {
        const { schemes } = spec.connector.manifest;
        const rest = fc.oneof(
          fc.string({ unit: 'binary', maxLength: 80 }),
          fc.string({ unit: 'grapheme-ascii', maxLength: 80 }),
          fc.string({ minLength: 600, maxLength: 700 }),
        );
        const address = fc.oneof(
          rest,
          fc.tuple(fc.constantFrom(...schemes), rest).map(([scheme, tail]) => `${scheme}:${tail}`),
        );
        return counterexample(
          fc.property(address, (text) => {
            const canonical = normalise(spec, text);
            const problems = canonical === undefined ? [] : addressProblems(spec, canonical);
            if (problems.length) throw new Error(problems.join('; '));
          }),
        );
      },
    },
  ],
};
