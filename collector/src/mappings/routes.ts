// Mappings over the API: made, ordered, deleted; which attributes there are to map, and what a mapping would make of them.
import { Hono } from 'hono';
import { mappingInputSchema, mappingOrderSchema, previewQuerySchema } from '../contract.ts';
import { invalidRequest, notFound } from '../http/errors.ts';
import { validate, wantsJson } from '../http/validate.ts';
import { mayHoldText } from './label.ts';
import { MappingRefused, type Mappings } from './mappings.ts';

export function mappingRoutes(mappings: Mappings) {
  return new Hono()
    .get('/mappings', (c) => c.json({ mappings: mappings.list() }, 200))
    .post('/mappings', wantsJson, validate('json', mappingInputSchema), async (c) =>
      c.json(await refusing(mappings.add(c.req.valid('json'))), 201),
    )
    .put('/mappings/order', wantsJson, validate('json', mappingOrderSchema), async (c) =>
      c.json({ mappings: await refusing(mappings.reorder(c.req.valid('json').ids)) }, 200),
    )
    .get('/mappings/attributes', (c) => c.json(mappings.attributes(), 200))
    .get('/mappings/preview', validate('query', previewQuerySchema), (c) => {
      const { attribute, services } = c.req.valid('query');
      if (mayHoldText(attribute)) {
        throw invalidRequest('attribute: may hold text of a prompt or an answer, which is not looked at', 'attribute');
      }
      return c.json(mappings.preview(attribute, services), 200);
    })
    .put('/mappings/:id', wantsJson, validate('json', mappingInputSchema), async (c) => {
      const changed = await refusing(mappings.replace(c.req.param('id'), c.req.valid('json')));
      if (changed === null) throw notFound('mapping');
      return c.json(changed, 200);
    })
    .delete('/mappings/:id', async (c) => {
      if (!(await mappings.delete(c.req.param('id')))) throw notFound('mapping');
      return c.body(null, 204);
    });
}

async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof MappingRefused ? invalidRequest(error.message, error.field) : error;
  }
}
