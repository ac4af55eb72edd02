import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Where the BFF listens while vite serves the pages. */
const bff = `http://localhost:${process.env.PORT || '8001'}`;

/** Lays a .br and a .gz beside each script and style: the BFF sends them as they lie and compresses nothing itself. */
const compressOnce: Plugin = {
  name: 'compress-once',
  apply: 'build',
  writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle).filter((name) => /\.(?:js|css)$/.test(name))) {
      const file = path.join(dir, name);
      const content = readFileSync(file);
      writeFileSync(`${file}.br`, brotliCompressSync(content));
      writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
    }
  },
};

export default defineConfig({
  root: 'web',
  plugins: [react(), compressOnce],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Everything a page needs is a file of its own: inlined data URLs would need a looser content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { '/api': bff, '/discord/login': bff, '/discord/callback': bff },
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
