import { z } from 'zod';

/** What every aggregator's account has; `more` is an aggregator's own. */
export const smsConfig = <Shape extends z.ZodRawShape>(baseUrl: string | undefined, more: Shape) => {
  const url = z
    .url({ protocol: /^https?$/ })
    .max(512)
    .refine((text) => !/[?#@]/.test(text), 'expected an address without user, query or fragment');
  return z.strictObject({
    base_url: (baseUrl === undefined ? url : url.default(baseUrl)).describe('Address of the interface'),
    sender: z
      .string()
      .regex(/^(\+\d{5,15}|\d{2,20}|(?=.*[^\d+])[\u0020-\u007e]{1,11})$/)
      .optional()
      .describe('What consumers see as sender: +E.164, a short code, or a name of at most 11 characters'),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional()
      .describe('ISO 3166 country in which national numbers are read, for example FR'),
    ...more,
  });
};

/** Fields of the sort that every credential is. */
export const secretField = (says: string) => z.string().min(1).max(1024).describe(says);

type Secrets<Shape> = { [Name in keyof Shape]: Shape[Name] extends z.ZodType ? Shape[Name] : z.ZodString };

/** Credentials by what each of them is; one that is not simply a secret text has a schema of its own. */
export const secrets = <const Shape extends Record<string, string | z.ZodType>>(shape: Shape) =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(shape).map(([name, of]) => [name, typeof of === 'string' ? secretField(of) : of]),
    ) as Secrets<Shape>,
  );

/** What the engine needs of a configuration. */
export interface SmsConfig {
  base_url: string;
  sender?: string | undefined;
  country?: string | undefined;
}
