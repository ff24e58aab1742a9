import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { maxMediaBytes } from '../media/service.ts';
import type { MediaRow } from '../store/port.ts';
import { invalid } from './invalid.ts';
import { readBody } from './middleware.ts';
import { problem } from './problem.ts';
import { answer, problems } from './schemas.ts';
import type { Env, Services } from './services.ts';

const mediaSchema = z
  .object({
    id: z.string(),
    media_type: z.string(),
    bytes: z.int(),
    sha256: z.string(),
    name: z.string().nullable(),
    url: z.string().describe('Signed; valid for 7 days'),
  })
  .meta({ id: 'UploadedMedia' });

const upload = createRoute({
  method: 'post',
  path: '/',
  tags: ['Media'],
  summary: 'Upload a file to send; the body is the file itself',
  request: {
    query: z.strictObject({ name: z.string().max(240).optional() }),
    body: {
      content: { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } },
      required: true,
    },
  },
  responses: { 201: answer(mediaSchema, 'Use its id in content'), 413: problems[400], ...problems },
});

const weekMs = 7 * 86_400_000;

export function uploadRoutes({ store, clock, blobs, view }: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  app.openapi(upload, async (c) => {
    const body = await readBody(c.req.raw, maxMediaBytes);
    if (!body) return problem(c, 'body_too_large', { detail: `At most ${maxMediaBytes} bytes.` }) as never;
    if (body.length === 0)
      return problem(c, 'invalid_request', { detail: 'The body is empty; send the file itself.' }) as never;
    const blob = await blobs.put(body);
    const row: MediaRow = {
      id: clock.id('media'),
      merchantId: c.get('caller').merchantId,
      accountId: null,
      messageId: null,
      state: 'ready',
      reference: null,
      sourceUrl: null,
      mediaType: blob.mediaType,
      bytes: blob.bytes,
      sha256: blob.sha256,
      name: c.req.valid('query').name ?? null,
      createdAt: clock.now(),
    };
    await store.write((tx) => tx.media.insert(row));
    const url = `${view.publicUrl()}${view.links.mediaPath(row.id, clock.now() + weekMs)}`;
    return c.json(
      { id: row.id, media_type: blob.mediaType, bytes: blob.bytes, sha256: blob.sha256, name: row.name, url },
      201,
    );
  });
  return app;
}

/** Types a browser may show in place; everything else is a download. */
const shownInPlace = /^(image\/(png|jpeg|gif|webp|avif)|audio\/[\w.+-]+|video\/[\w.+-]+)$/;

/**
 * `/media/{id}?exp=…&sig=…`: the signed links. A wrong signature and a missing item look the same. A file name may follow the id, for
 * platforms that want an extension at the end of the path; it says nothing.
 */
export function mediaRoutes({ links, clock, media, blobs }: Services): Hono<Env> {
  const app = new Hono<Env>();
  app.get('/:id/:name?', async (c) => {
    const id = c.req.param('id');
    const allowed = links.mediaAllowed(id, c.req.query('exp'), c.req.query('sig'), clock.now());
    const ready = allowed ? await media.ready(id) : undefined;
    if (!ready)
      return problem(c, 'not_found', { detail: 'There is no such media item, or its link has expired.' });
    const place = shownInPlace.test(ready.mediaType) ? 'inline' : 'attachment';
    const bytes = await blobs.read(ready.sha256);
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': ready.mediaType,
      'content-disposition': `${place}; filename*=UTF-8''${encodeURIComponent(ready.name ?? ready.id).replaceAll("'", '%27')}`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'private, max-age=3600',
      etag: `"${ready.sha256}"`,
    });
  });
  return app;
}
