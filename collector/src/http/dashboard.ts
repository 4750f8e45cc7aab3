// The dashboard's built files, with the page itself for every path the browser routes on its own. The answer names the files
// that the path's page needs beside those of every page, so that the browser fetches them all at once.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import type { MiddlewareHandler } from 'hono';

const ROOT = join(import.meta.dirname, '../../../dashboard/dist');
const NOT_BUILT = 'Spanledger is running, but its dashboard is not built. Start it with: npm start';

export function dashboardRoutes(root = ROOT) {
  const app = new Hono();
  const page: MiddlewareHandler = async (c, next) => {
    if (!existsSync(join(root, 'index.html'))) return c.text(NOT_BUILT, 503);
    c.header('cache-control', 'no-cache');
    const early = earlyFiles(root, c.req.path);
    if (early.length > 0) c.header('link', early.map(asLink).join(', '));
    return serveStatic({ root, path: 'index.html' })(c, next);
  };
  app.use('/assets/*', async (c, next) => {
    await next();
    if (c.res.ok) c.header('cache-control', 'public, max-age=31536000, immutable'); // names carry a hash of the content
  });
  app.get('/', page);
  app.use('*', serveStatic({ root, precompressed: true }));
  app.get('*', page);
  return app;
}

/** A file of the build, as Vite's manifest names it. */
interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  css?: string[];
}
type Manifest = Readonly<Record<string, Chunk>>;

const APP = 'src/main.tsx';

/**
 * What the page at a path needs, in the order in which it is run. What is not run at once waits for what is, and for the first questions.
 * A page without a folder of its own is told of what all need.
 */
function earlyFiles(root: string, path: string): { file: string; atOnce: boolean }[] {
  const manifest = readManifest(root);
  const name = path === '/' ? 'overview' : path.slice(1);
  const filesOfAll = (keys: readonly string[]) => [...new Set(keys.flatMap((key) => filesOf(manifest, key)))];
  const entries = Object.keys(manifest).filter((key) => manifest[key]?.isEntry);
  const first = filesOfAll(entries);
  const all = filesOfAll([...entries, APP, `src/pages/${name}/${name}.tsx`]);
  return all.map((file) => ({ file, atOnce: first.includes(file) }));
}

/** The files of a chunk and of all that it imports without waiting. */
function filesOf(manifest: Manifest, key: string, seen = new Set<string>()): string[] {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return [];
  seen.add(key);
  const imported = (chunk.imports ?? []).flatMap((each) => filesOf(manifest, each, seen));
  return [...new Set([...imported, chunk.file, ...(chunk.css ?? [])])];
}

/** Read each time: a page is opened seldom, and a new build counts at once. */
function readManifest(root: string): Manifest {
  const file = join(root, '.vite', 'manifest.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : {};
}

const asLink = ({ file, atOnce }: { file: string; atOnce: boolean }): string =>
  `</${file}>; rel=${file.endsWith('.css') ? 'preload; as=style' : 'modulepreload'}; crossorigin${atOnce ? '' : '; fetchpriority=low'}`;
