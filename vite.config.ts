import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { compress } from './build/compress.ts';
import { devPage } from './build/dev-page.ts';
import { firstDownload } from './build/first-download.ts';
import { writePages } from './build/write-pages.ts';

/** Where the BFF listens while vite serves the pages. */
const bffPort = process.env.PORT || '8001';
const bff = `http://localhost:${bffPort}`;

export default defineConfig({
  root: 'web',
  plugins: [react(), writePages(), compress(), devPage(process.env)],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Everything a page needs is a file of its own: inlined data URLs would need a looser content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What the pages are made of asks for it (MIT, ISC): the names, versions and texts of all that is bundled.
    license: { fileName: 'licenses.txt' },
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ debugName: 'first', name: firstDownload }] } },
    },
  },
  server: {
    port: pagePort(process.env.PUBLIC_URL),
    strictPort: true,
    // As patterns: a plain `/api` would catch the module /api.ts too.
    proxy: Object.fromEntries(
      ['^/api/', '^/discord/(login|callback)(\\?|$)', '^/(healthz|readyz)$'].map((path) => [
        path,
        bff,
      ]),
    ),
  },
  test: {
    root: '.',
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        test: {
          name: 'api',
          include: ['test/api/**/*.test.ts'],
          testTimeout: 20_000,
          // Most of them wait for clocks and processes, not for a processor.
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 15_000 } },
          // After the others, whose limits on time and memory a browser would upset; two product and browser pairs at once.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

/** Where people open the pages: at the port PUBLIC_URL names, if it names one of this machine's that is not the BFF's own. */
function pagePort(publicUrl = ''): number {
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : null;
  const isHere = url?.hostname === 'localhost' && url.port !== '' && url.port !== bffPort;
  return isHere ? Number(url.port) : 5173;
}
