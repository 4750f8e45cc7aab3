// Builds the dashboard to dist/, which the collector serves at /. In development the API is a collector on its usual port.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type Rolldown } from 'vite';

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

/** The page that is opened first, by most. */
const FIRST_PAGE = join(import.meta.dirname, 'src/pages/overview/overview.tsx').replaceAll('\\', '/');

/** Libraries are left where their users are: a barrel of theirs would draw in what only controls need. */
const OWN = /\/dashboard\/src\//;

/** Whether the first page needs a module before it is drawn: it, or what it imports, imports it without waiting. */
function isOfFirstPage(id: string, ctx: Rolldown.ChunkingContext, seen = new Set<string>()): boolean {
  if (id === FIRST_PAGE) return true;
  if (seen.has(id)) return false;
  seen.add(id);
  return ctx.getModuleInfo(id)?.importers.some((importer) => isOfFirstPage(importer, ctx, seen)) ?? false;
}

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
    // Thirty small files are thirty requests, six at a time. So what nearly every page uses comes as one, and as another what the
    // first page shares with some: frames, figures, charts until they can be pointed at.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'base', minShareCount: 20, priority: 1 },
            {
              name: (id, ctx) => (OWN.test(id) && isOfFirstPage(id, ctx) ? 'panels' : null),
              minShareCount: 2,
              includeDependenciesRecursively: false,
            },
          ],
        },
      },
    },
  },
  server: { port: 5173, proxy: { '/api': { target: api, changeOrigin: true } } },
});
