// The dashboard's built files, with the page itself for every path the browser routes on its own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';

const ROOT = join(import.meta.dirname, '../../../dashboard/dist');
const NOT_BUILT = 'Spanledger is running, but its dashboard is not built. Start it with: npm start';

export function dashboardRoutes(root = ROOT) {
  const app = new Hono();
  app.use('/assets/*', async (c, next) => {
    await next();
    if (c.res.ok) c.header('cache-control', 'public, max-age=31536000, immutable'); // names carry a hash of the content
  });
  app.use('*', serveStatic({ root }));
  app.get('*', async (c, next) => {
    if (!existsSync(join(root, 'index.html'))) return c.text(NOT_BUILT, 503);
    c.header('cache-control', 'no-cache');
    return serveStatic({ root, path: 'index.html' })(c, next);
  });
  return app;
}
