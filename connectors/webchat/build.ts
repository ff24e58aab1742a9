import { readFile, writeFile } from 'node:fs/promises';
import { build, transform } from 'esbuild';
import type { Plugin } from 'esbuild';

/**
 * Builds the widget into `generated/`: `node connectors/webchat/build.ts`. The result is committed, so that running the gateway
 * needs no build; a test checks that it equals what this makes.
 */
const folder = new URL('./', import.meta.url);
const entries = {
  'widget.js': 'widget/loader.ts',
  'panel.js': 'widget/panel/index.tsx',
  'more.js': 'widget/more/index.tsx',
};

/** What `more.js` takes from the panel that loads it, rather than bring it a second time. */
const lentNames = ['jsx', 'jsxs', 'Fragment', 'Component', 'Link', 'Text', 'Shape'];
const lentModules = /^preact(\/jsx-runtime)?$|^\.\.\/panel\/(content|markdown)\.tsx$/;

const fromPanel: Plugin = {
  name: 'from-panel',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: lentModules }, ({ path }) => ({ path, namespace: 'panel', sideEffects: false }));
    onLoad({ filter: /./, namespace: 'panel' }, () => ({
      contents: lentNames.map((name) => `export const ${name} = window.passerelle.lent.${name};`).join('\n'),
      loader: 'js',
    }));
  },
};

/** Style sheets become minified text: they go into the shadow root as constructable sheets, which a page's CSP does not block. */
const cssAsText: Plugin = {
  name: 'css-as-text',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text' };
    }),
};

export async function buildWidget(): Promise<Record<string, string>> {
  const built: Record<string, string> = {};
  for (const [name, entry] of Object.entries(entries)) {
    const { outputFiles } = await build({
      entryPoints: [new URL(entry, folder).pathname],
      absWorkingDir: new URL('./widget', folder).pathname,
      bundle: true,
      write: false,
      minify: true,
      format: 'iife',
      target: ['es2022', 'safari16.4'],
      legalComments: 'none',
      charset: 'utf8',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      plugins: entry.startsWith('widget/more/') ? [cssAsText, fromPanel] : [cssAsText],
    });
    built[name] = outputFiles[0]!.text;
  }
  return built;
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(await buildWidget()))
    await writeFile(new URL(`generated/${name}`, folder), text);
}
