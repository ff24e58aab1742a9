import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Hono } from 'hono';
import { asyncApiDocument } from '../../protocol/asyncapi.ts';
import { envelopeSchema } from '../../protocol/envelope.ts';
import { failures } from '../../protocol/failures.ts';
import { protocolVersion } from '../../protocol/version.ts';
import { problemCodes } from '../problems.ts';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Env } from './services.ts';

/** In the order in which one needs them. */
const tags = [
  { name: 'Messages', description: 'Send, look at, and see beforehand what each channel would show.' },
  { name: 'Events', description: 'What happens, as it happens: one stream, resumable.' },
  {
    name: 'Webhook endpoints',
    description:
      'The same events, sent to you, signed as [Standard Webhooks](https://www.standardwebhooks.com).',
  },
  {
    name: 'Replays',
    description:
      'What could not be delivered, and sending it once more: webhook events with the ids they had, dead messages as new ones.',
  },
  { name: 'Conversations', description: 'One ordered thread for each consumer, across all their channels.' },
  { name: 'Consumers', description: 'The people you talk to, and the addresses that reach them.' },
  {
    name: 'Accounts',
    description: 'Your numbers, mailboxes, pages and bots, and the connectors they stand on.',
  },
  { name: 'Media', description: 'Files to send.' },
  {
    name: 'Operators',
    description: 'For whoever runs this gateway; with the key in `PASSERELLE_ADMIN_KEY`.',
  },
];

/** The OpenAPI 3.1 document, made from the schemas that the routes check requests with. */
export function openApiDocument(app: OpenAPIHono<Env>, url: string): Record<string, unknown> {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Passerelle',
      version: protocolVersion,
      description:
        'One API for merchants, every channel for consumers. Send with `POST /v1/messages`; receive by webhooks or by `GET /v1/events`. Every refusal is an RFC 9457 problem with a stable `code`: [all of them](/docs/problems).',
    },
    servers: [{ url }],
    tags,
    security: [{ merchant: [] }],
  }) as unknown as Record<string, unknown>;
}

export function registerComponents(app: OpenAPIHono<Env>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'merchant', {
    type: 'http',
    scheme: 'bearer',
    description: 'A key of a merchant: `test_…` or `live_…`',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'operator', {
    type: 'http',
    scheme: 'bearer',
    description: 'The key in PASSERELLE_ADMIN_KEY',
  });
  app.openAPIRegistry.registerWebhook({
    method: 'post',
    path: 'event',
    tags: ['Events'],
    summary: 'What your webhook endpoints get (Standard Webhooks)',
    description:
      'Signed with `webhook-id`, `webhook-timestamp` and `webhook-signature`. Answer 2xx within 15 seconds; 410 disables the endpoint.',
    security: [],
    request: { body: { content: { 'application/json': { schema: envelopeSchema } } } },
    responses: { 200: { description: 'Taken' } },
  });
}

const icon = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1d4ed8"/><path d="M5 22q11-14 22 0M11 22v-4.6M16 22v-6.4M21 22v-4.6" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/></svg>')}`;
const head = (title: string, more = '') =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><link rel="icon" href="${icon}">${more}</head>`;

const page = (title: string, body: string) =>
  `${head(title, '<link rel="stylesheet" href="/docs/page.css">')}<body>${body}</body></html>`;

const referencePage = `${head('Passerelle API reference')}<body><div id="reference"></div><script src="/docs/reference.js"></script><script src="/docs/start.js"></script></body></html>`;
const startScript = `Scalar.createApiReference('#reference', { url: '/openapi.json', withDefaultFonts: false, telemetry: false, hideClientButton: true, showDeveloperTools: 'never', agent: { disabled: true }, mcp: { disabled: true }, defaultOpenFirstTag: true, documentDownloadType: 'json', theme: 'default', metaData: { title: 'Passerelle API reference' } });`;
const stylesheet = `:root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1.25rem}a{color:LinkText}nav{font-size:.9rem;margin-bottom:1.5rem}h1{font-size:1.6rem;letter-spacing:-.01em}h2{font-size:1.1rem;margin:2.5rem 0 .5rem}dl{display:grid;gap:1.1rem}dt{font-weight:600}dt code{font-size:.95rem}dd{margin:.15rem 0 0;opacity:.8}small{opacity:.7;font-weight:400}:target{background:color-mix(in srgb,Highlight 20%,transparent);border-radius:6px;padding:.25rem .5rem;margin:-.25rem -.5rem}`;

const noun = (retryable: boolean) =>
  retryable ? 'the same request may succeed later' : 'do not repeat it unchanged';

/** Every problem and every failure, each at its own anchor: what a problem's `type` points at. */
const problemsPage = page(
  'Passerelle problems and failures',
  `<nav><a href="/docs">API reference</a></nav><h1>Problems and failures</h1><p>A request that is refused gets a problem; a message that cannot be delivered ends in a failure.</p><h2>Problems</h2><dl>${Object.entries(
    problemCodes,
  )
    .map(
      ([code, { status, title, retryable }]) =>
        `<div id="${code}"><dt><code>${code}</code> <small>${status}</small></dt><dd>${title}; ${noun(retryable)}.</dd></div>`,
    )
    .join('')}</dl><h2>Failures</h2><dl>${Object.entries(failures)
    .map(
      ([code, { permanent, fault, advice }]) =>
        `<div id="failure-${code}"><dt><code>${code}</code> <small>${permanent ? 'permanent' : 'temporary'}, ${fault}</small></dt><dd>${advice}</dd></div>`,
    )
    .join('')}</dl>`,
);

const csp =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The documents and their pages. Nothing is loaded from elsewhere. */
export function docsRoutes(api: OpenAPIHono<Env>, publicUrl: () => string): Hono<Env> {
  const app = new Hono<Env>();
  let script: Promise<Buffer> | undefined;
  const read = () =>
    (script ??= readFile(
      join(dirname(createRequire(import.meta.url).resolve('@scalar/api-reference')), 'browser/standalone.js'),
    ));
  app.get('/openapi.json', (c) => c.json(openApiDocument(api, publicUrl())));
  app.get('/asyncapi.json', (c) => c.json(asyncApiDocument(protocolVersion)));
  app.get('/docs', (c) => c.html(referencePage, 200, { 'content-security-policy': csp }));
  app.get('/docs/problems', (c) => c.html(problemsPage, 200, { 'content-security-policy': csp }));
  app.get('/docs/page.css', (c) => c.body(stylesheet, 200, { 'content-type': 'text/css' }));
  app.get('/docs/start.js', (c) => c.body(startScript, 200, { 'content-type': 'text/javascript' }));
  app.get('/docs/reference.js', async (c) =>
    c.body(new Uint8Array(await read()), 200, {
      'content-type': 'text/javascript',
      'cache-control': 'public, max-age=3600',
    }),
  );
  return app;
}
