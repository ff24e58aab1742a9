import { z } from 'zod';
import type { Context } from '../../contract/index.ts';
import { callGraph, graphUrl } from './graph.ts';
import type { GraphConfig } from './graph.ts';

/** Field of accounts whose tokens are an app's. */
export const appIdField = z
  .string()
  .regex(/^\d{1,32}$/, 'expected digits')
  .optional()
  .describe('Id of the app that the app secret is of: with it, Meta tells when the access token ends');

/** "Debug-Token": Unix seconds; 0: it never does. */
const end = z.number().int().nonnegative().max(32_503_680_000).optional();
const inspectedSchema = z.looseObject({
  data: z.looseObject({ is_valid: z.boolean().optional(), expires_at: end, data_access_expires_at: end }),
});

/**
 * When an access token ends, or what it may see does, whichever comes first. Meta answers an app access token (the app's id and secret) or
 * another valid token of the same app: without the app's id, the token itself is tried. A refusal says nothing of the token.
 */
export async function tokenExpiry(
  config: GraphConfig & { app_id?: string | undefined },
  { token, appSecret }: { token: string; appSecret: string },
  context: Context,
): Promise<{ expiresAtMs?: number | null }> {
  const answer = await callGraph(context, {
    method: 'GET',
    url: `${graphUrl(config, 'debug_token')}?input_token=${encodeURIComponent(token)}`,
    token: config.app_id === undefined ? token : `${config.app_id}|${appSecret}`,
    codes: {},
    schema: inspectedSchema,
  });
  if (!answer.ok) return {};
  const { is_valid, expires_at, data_access_expires_at: access } = answer.value.data;
  if (is_valid === false || expires_at === undefined) return {};
  const ends = [expires_at, access].filter((at) => at !== undefined && at > 0) as number[];
  return { expiresAtMs: ends.length === 0 ? null : Math.min(...ends) * 1000 };
}

export const tokenDocuments = [
  {
    title: 'Debug-Token (Graph API reference)',
    url: 'https://developers.facebook.com/docs/graph-api/reference/debug_token/',
    version: 'v23.0, read 2026-11-22',
  },
  {
    title: 'Debug Access Tokens and Handle Errors (Facebook Login)',
    url: 'https://developers.facebook.com/docs/facebook-login/access-tokens/debugging-and-error-handling',
    version: 'read 2026-11-22',
  },
];
