// Re-pricings as a resource: POST is the dry run, apply makes it count.
import { Hono } from 'hono';
import { repricingInputSchema, type Repricing } from '../contract/repricings.ts';
import { ApiError, invalidRequest, notFound } from '../http/errors.ts';
import { validate, wantsJson } from '../http/validate.ts';
import { RepricingRefused, type Repricer } from './reprice.ts';

export function repricingRoutes(repricer: Repricer) {
  return new Hono()
    .get('/repricings', async (c) => c.json({ repricings: await repricer.list() }, 200))
    .post('/repricings', wantsJson, validate('json', repricingInputSchema), async (c) => {
      const input = c.req.valid('json');
      if (input.from != null && input.to != null && Date.parse(input.from) >= Date.parse(input.to)) {
        throw invalidRequest('to: must be later than from', 'to');
      }
      return c.json(await asked(() => repricer.begin(input)), 202);
    })
    .get('/repricings/:id', async (c) => c.json(found(await repricer.find(c.req.param('id'))), 200))
    .post('/repricings/:id/apply', async (c) =>
      c.json(found(await asked(() => repricer.apply(c.req.param('id')))), 200),
    )
    .delete('/repricings/:id', async (c) => {
      found(await asked(() => repricer.discard(c.req.param('id'))));
      return c.body(null, 204);
    });
}

async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof RepricingRefused ? new ApiError(409, error.code, error.message) : error;
  }
}

function found(repricing: Repricing | null): Repricing {
  if (repricing === null) throw notFound('re-pricing');
  return repricing;
}
