import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { conformance } from '../../test/conformance/suite.ts';
import { buildWidget } from './build.ts';
import { spec } from './webchat.conformance.ts';

conformance(spec);

const generated = (name: string): Promise<string> =>
  readFile(new URL(`./generated/${name}`, import.meta.url), 'utf8');
const gzipped = (text: string): number => gzipSync(text).length;

describe('the widget', () => {
  it('is what the generator makes: run connectors/webchat/build.ts after a change', async () => {
    const built = await buildWidget();
    expect(Object.keys(built)).toEqual(['widget.js', 'panel.js', 'more.js']);
    for (const [name, text] of Object.entries(built))
      expect({ name, same: (await generated(name)) === text }).toEqual({ name, same: true });
  });

  it('keeps to its budget: 5 KB for the loader, 20 KB in all, gzipped', async () => {
    const [loader, panel] = [gzipped(await generated('widget.js')), gzipped(await generated('panel.js'))];
    expect(loader).toBeLessThanOrEqual(5 * 1000);
    expect(loader + panel).toBeLessThanOrEqual(20 * 1000);
  });

  it('draws forms, ticks, scales and facts with 7 KB more, which a thread without them never asks for', async () => {
    const more = await generated('more.js');
    expect(gzipped(more)).toBeLessThanOrEqual(7 * 1000);
    // lent by the panel, not brought again
    expect(more).not.toContain('createElementNS');
  });
});
