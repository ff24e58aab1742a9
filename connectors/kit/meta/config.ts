import { z } from 'zod';
import { appIdField } from './token-expiry.ts';

const secret = z.string().min(1).max(1024);

/** What an account at Meta has beside the ids of its product. */
export const graphFields = {
  api_version: z
    .string()
    .regex(/^v\d{1,3}\.\d$/, 'expected v25.0')
    .default('v25.0')
    .describe('Version of the Graph API'),
  app_id: appIdField,
};
export const appSecretFields = {
  app_secret: secret.describe('Secret of the app that the webhook belongs to; signs every call-back'),
  verify_token: secret.describe('A word of your own, typed into the webhook set-up'),
};
