// Saved views over the API: saved, listed, deleted.
import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { type View, viewInputSchema } from '../contract.ts';
import { notFound } from '../http/errors.ts';
import { validate, wantsJson } from '../http/validate.ts';
import type { Clock } from '../ports.ts';
import type { ViewRepository } from './repository.ts';

export interface ViewRoutesOptions {
  repository: ViewRepository;
  clock: Clock;
}

export function viewRoutes({ repository, clock }: ViewRoutesOptions) {
  return new Hono()
    .get('/views', async (c) => c.json({ views: await repository.list() }, 200))
    .post('/views', wantsJson, validate('json', viewInputSchema), async (c) => {
      const view: View = {
        id: `view_${randomBytes(12).toString('hex')}`,
        ...c.req.valid('json'),
        createdAt: new Date(clock.now()).toISOString(),
      };
      await repository.save(view);
      return c.json(view, 201);
    })
    .delete('/views/:id', async (c) => {
      if (!(await repository.delete(c.req.param('id')))) throw notFound('view');
      return c.body(null, 204);
    });
}
