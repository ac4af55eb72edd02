/**
 * Makes `pages.json` out of index.html and the components: every page in every language, with the styles of the first
 * page inside, so that header and sentence stand before any script or style sheet has arrived. `bff/http/page-templates.ts`
 * says what is in it.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, type Plugin } from 'vite';
import { languages } from '../shared/pages.ts';

type Prerender = typeof import('../web/prerender.tsx');

const styleSheetLink = /\s*<link rel="stylesheet"[^>]*href="\/([^"]+)"[^>]*>/g;

/** The plugin. Runs in `vite build` only. */
export function writePages(): Plugin {
  let root = '';
  return {
    name: 'write-pages',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      root = config.root;
    },
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const shell = bundle['index.html'];
        if (shell?.type !== 'asset') throw new Error('vite made no index.html.');
        const html = String(shell.source);
        const styles = [...html.matchAll(styleSheetLink)].map(([, file = '']) => {
          const asset = bundle[file];
          if (asset?.type !== 'asset') throw new Error(`${file} is no style sheet of this build.`);
          return String(asset.source).trim();
        });
        const { writePages, writeWords } = await loadPrerender(root);
        delete bundle['index.html'];
        this.emitFile({
          type: 'asset',
          fileName: 'pages.json',
          source: JSON.stringify({
            shell: html.replaceAll(styleSheetLink, ''),
            style: styles.join('\n'),
            languages: Object.fromEntries(
              languages.map((language) => [
                language,
                { words: writeWords(language), pages: writePages(language) },
              ]),
            ),
          }),
        });
      },
    },
  };
}

/** Builds the components for Node beside the packages they need, loads what came of it, and leaves nothing behind. */
async function loadPrerender(root: string): Promise<Prerender> {
  const outDir = path.resolve(root, `../node_modules/.prerender-${process.pid}`);
  try {
    await build({
      configFile: false,
      root,
      logLevel: 'error',
      plugins: [react()],
      publicDir: false,
      build: {
        ssr: 'prerender.tsx',
        outDir,
        rolldownOptions: { output: { codeSplitting: false, entryFileNames: 'prerender.mjs' } },
      },
    });
    return (await import(pathToFileURL(path.join(outDir, 'prerender.mjs')).href)) as Prerender;
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
