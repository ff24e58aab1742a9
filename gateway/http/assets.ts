import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import type { AccountRegistry } from '../accounts/registry.ts';
import { problem } from './problem.ts';
import type { Env } from './services.ts';

/** Connectors' static files, the same for all accounts: `/assets/{connector}/{name}`. */
export function assetRoutes(registry: AccountRegistry): Hono<Env> {
  const app = new Hono<Env>();
  const files = new Map<string, Promise<{ bytes: Buffer; etag: string }>>();
  const read = (path: string, file: URL) => {
    let held = files.get(path);
    if (!held) {
      held = readFile(file).then((bytes) => ({
        bytes,
        etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`,
      }));
      files.set(path, held);
    }
    return held;
  };
  app.get('/:connector/:name{.+}', async (c) => {
    const { connector, name } = c.req.param();
    const assets = registry.connectors.get(connector)?.pages?.assets;
    const asset = assets && Object.hasOwn(assets, name) ? assets[name] : undefined;
    if (!asset) return problem(c, 'not_found', { detail: 'There is no such file.' });
    const { bytes, etag } = await read(`${connector}/${name}`, asset.file);
    const headers = {
      'content-type': asset.type,
      etag,
      'cache-control': 'public, max-age=300',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    };
    return c.req.header('if-none-match') === etag
      ? c.body(null, 304, headers)
      : c.body(new Uint8Array(bytes), 200, headers);
  });
  return app;
}
