import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { painter } from '../cli/terminal.ts';
import type { Banner } from './banner.ts';
import { renderBanner } from './banner.ts';

const banner: Banner = {
  url: 'http://127.0.0.1:8080',
  demoUrl: 'http://127.0.0.1:8080/demo',
  phoneUrl: 'http://127.0.0.1:8080/phone',
  docsUrl: 'http://127.0.0.1:8080/docs',
  testKey: `test_${'k'.repeat(43)}`,
  adminKey: `admin_${'k'.repeat(43)}`,
  curl: `curl http://127.0.0.1:8080/v1/messages -H 'Authorization: Bearer test_k' -d '{"to":"sandbox:ada","content":{"kind":"text","text":"Hello"}}'`,
  dataFolder: '/srv/passerelle/.data',
  first: true,
};
const coloured = painter(true, { isTTY: true });
const plain = painter(true, { isTTY: false });

test('it says everything a newcomer needs, aligned, within 80 columns', () => {
  const text = renderBanner(banner, plain);
  expect(Object.values(banner).filter((value) => typeof value === 'string' && !text.includes(value))).toEqual(
    [],
  );
  const lines = text.split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([banner.curl]);
  const columns = lines.flatMap(
    (line) => /^ {2}(?:Web chat|Phone|Reference|Test key|Admin key) +/.exec(line)?.[0].length ?? [],
  );
  expect(columns).toHaveLength(5);
  expect(new Set(columns).size).toBe(1);
  expect(lines.length).toBeLessThan(20);
});

test('the curl line stands alone and unbroken', () => {
  expect(renderBanner(banner, coloured).split('\n')).toContain(banner.curl);
});

test('colours change nothing but colours', () => {
  const text = renderBanner(banner, coloured);
  expect(text).not.toBe(renderBanner(banner, plain));
  expect(stripVTControlCharacters(text)).toBe(renderBanner(banner, plain));
});

test('a later start shows no admin key and says that data was found', () => {
  const text = renderBanner({ ...banner, adminKey: undefined, first: false }, plain);
  expect(text).not.toContain('Admin key');
  expect(text).toContain('Data found in /srv/passerelle/.data');
});
