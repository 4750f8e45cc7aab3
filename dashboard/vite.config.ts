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

const sourceOf = (file: string): string => join(import.meta.dirname, 'src', file).replaceAll('\\', '/');
/** What is run before the app, and the app. */
const EARLY = sourceOf('early.ts');
const APP = sourceOf('main.tsx');
/** The page that is opened first, by most. */
const FIRST_PAGE = sourceOf('pages/overview/overview.tsx');

/** Libraries are left where their users are: a barrel of theirs would draw in what only controls need. */
const OWN = /\/dashboard\/src\//;

/** Whether a module is needed before another is run: that, or what it imports, imports it without waiting. */
function isOf(first: string, id: string, ctx: Rolldown.ChunkingContext, seen = new Set<string>()): boolean {
  if (id === first) return true;
  if (seen.has(id)) return false;
  seen.add(id);
  return ctx.getModuleInfo(id)?.importers.some((importer) => isOf(first, importer, ctx, seen)) ?? false;
}

/** Names the modules that others need before they are run, those whose path is `like` this. */
const groupOf =
  (name: string, users: readonly string[], like = /./) =>
  (id: string, ctx: Rolldown.ChunkingContext): string | null =>
    like.test(id) && users.some((user) => isOf(user, id, ctx)) ? name : null;

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
    // Thirty small files are thirty requests, six at a time. So these come as one each: what is run before the app, the app, what
    // nearly every page uses, and what the first page shares with some: frames, figures, charts until they can be pointed at.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: groupOf('early', [EARLY]), priority: 2, includeDependenciesRecursively: false },
            { name: (id) => (OWN.test(id) ? null : 'base'), minShareCount: 24, priority: 1 },
            {
              name: groupOf('panels', [APP, FIRST_PAGE], OWN),
              minShareCount: 2,
              includeDependenciesRecursively: false,
            },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ['/api', '/docs', '/README.md'].map((path) => [path, { target: api, changeOrigin: true }]),
    ),
  },
});
