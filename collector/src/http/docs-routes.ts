// README.md and docs/ as pages to read, under the paths they have in the repository: the dashboard leads there where a question
// arises, also on a machine that sees no other.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { notFound } from './errors.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** No name leads out of its folder. */
const FOLDERS = [
  ['', 'README\\.md'],
  ['/docs', '[\\w-]+\\.md'],
  ['/docs/decisions', '[\\w-]+\\.md'],
] as const;

export function docsRoutes(root = ROOT) {
  const app = new Hono();
  for (const [folder, names] of FOLDERS)
    app.get(`${folder}/:page{${names}}`, async (c) => {
      const file = join(root, folder, c.req.param('page') ?? '');
      if (!existsSync(file)) throw notFound('page of the documentation');
      // Loaded when somebody reads: a start does not wait for it.
      const { pageOf } = await import('./docs-page.ts');
      return c.html(pageOf(await readFile(file, 'utf8'), c.req.path));
    });
  return app;
}
