// Builds the dashboard to dist/, which the collector serves at /. In development the API is a collector on its usual port.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const api = process.env['SPANLEDGER_API'] ?? 'http://127.0.0.1:4318';

/** Beside each file its gzipped copy, so that the collector compresses nothing while somebody waits. */
const gzipped: Plugin = {
  name: 'gzipped',
  apply: 'build',
  writeBundle({ dir = '' }) {
    const assets = join(dir, 'assets');
    for (const file of readdirSync(assets))
      if (/\.(js|css)$/.test(file))
        writeFileSync(join(assets, `${file}.gz`), gzipSync(readFileSync(join(assets, file)), { level: 9 }));
  },
};

export default defineConfig({
  plugins: [react(), gzipped],
  // Honoured by the collector's SPA fallback: assets are absolute, so that /calls/<id> finds them too.
  base: '/',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The collector reads from the manifest what a page needs, and test/first-load.test.ts what that weighs.
    manifest: true,
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    // What nearly every page uses comes as one file: thirty small ones are thirty requests, six at a time.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'base', minShareCount: 20 }] } } },
  },
  server: { port: 5173, proxy: { '/api': { target: api, changeOrigin: true } } },
});
