// Ingest keys over the API: made (shown once), listed, deleted. Only who may read everything gets here: access.ts sees to it.
import { Hono } from 'hono';
import { keyInputSchema } from '../contract.ts';
import { notFound } from '../http/errors.ts';
import { validate, wantsJson } from '../http/validate.ts';
import type { IngestKeys } from './keys.ts';

export function keyRoutes(keys: Pick<IngestKeys, 'list' | 'create' | 'delete'>) {
  return new Hono()
    .get('/keys', (c) => c.json({ keys: keys.list() }, 200))
    .post('/keys', wantsJson, validate('json', keyInputSchema), async (c) =>
      c.json(await keys.create(c.req.valid('json').name), 201),
    )
    .delete('/keys/:id', async (c) => {
      if (!(await keys.delete(c.req.param('id')))) throw notFound('key');
      return c.body(null, 204);
    });
}
