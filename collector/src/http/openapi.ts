// The API's OpenAPI 3.1 document, made from the same schemas that check requests and shape answers.
import { z } from 'zod';
import * as contract from '../contract.ts';
import { postedCallSchema } from '../ingest/posted-call.ts';

interface Operation {
  method: 'get' | 'post' | 'put' | 'delete';
  path: string;
  summary: string;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** The body may be sent as YAML too. */
  yamlToo?: true;
  answer?: z.ZodType;
  status?: number;
}

const list = (name: string, item: z.ZodType) => z.object({ [name]: z.array(item) });
const OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/metrics',
    summary: 'Measures over a window, by dimensions and bucket',
    query: contract.metricsQuerySchema,
    answer: contract.metricsAnswerSchema,
  },
  {
    method: 'get',
    path: '/api/calls',
    summary: 'Calls, newest or largest first',
    query: contract.callsQuerySchema,
    answer: contract.callsAnswerSchema,
  },
  {
    method: 'post',
    path: '/api/calls',
    summary: 'Report calls without OpenTelemetry: one object or an array',
    body: z.union([postedCallSchema, z.array(postedCallSchema)]),
    answer: z.object({
      accepted: z.int(),
      /** Calls that the store could not take, each with why; absent when there is none. */
      refused: z.array(z.object({ what: z.string(), reason: z.string() })).optional(),
    }),
    status: 201,
  },
  {
    method: 'get',
    path: '/api/calls/{callId}',
    summary: 'One call with its receipt, reports and attempts',
    answer: contract.callDetailSchema,
  },
  {
    method: 'get',
    path: '/api/traces/{traceId}',
    summary: 'Every span of a trace with the cost of it and all beneath it, its calls, and the agent runs in it',
    answer: contract.tracesAnswerSchema,
  },
  {
    method: 'get',
    path: '/api/cache',
    summary: 'How well calls that share a prompt use the prompt cache, and how well they could',
    query: contract.sliceQuerySchema,
    answer: contract.cacheAnswerSchema,
  },
  {
    method: 'get',
    path: '/api/retries',
    summary: 'What trying again cost in time, by what failed the attempts',
    query: contract.sliceQuerySchema,
    answer: contract.retriesAnswerSchema,
  },
  {
    method: 'get',
    path: '/api/limits',
    summary: 'The least that answers said was left of each rate limit, by model and over time',
    query: contract.limitsQuerySchema,
    answer: contract.limitsAnswerSchema,
  },
  {
    method: 'get',
    path: '/api/dimensions/{dimension}/values',
    summary: 'Values of a dimension with their calls',
    query: contract.valuesQuerySchema,
    answer: contract.valuesAnswerSchema,
  },
  {
    method: 'get',
    path: '/api/contrast',
    summary:
      'What is different in some calls of a window: values that are more frequent there than in all others of it',
    query: contract.contrastQuerySchema,
    answer: contract.contrastAnswerSchema,
  },
  {
    method: 'get',
    path: '/api/changes',
    summary: 'What began in a window: the first call of a service on another version, the first of a model',
    query: contract.changesQuerySchema,
    answer: contract.changesAnswerSchema,
  },
  {
    method: 'post',
    path: '/api/explain',
    summary: 'What an OTLP export (JSON or protobuf), or one span in JSON, would become, and why; nothing is stored',
    body: z.looseObject({}),
    answer: contract.explainAnswerSchema,
  },
  {
    method: 'get',
    path: '/api/coverage',
    summary:
      'What the ledger sees and from which side, what it refused or set apart and why, and calls without a feature',
    query: contract.coverageQuerySchema,
    answer: contract.coverageAnswerSchema,
  },
  {
    method: 'get',
    path: '/api/waiting',
    summary: 'What was acknowledged and waits for the store',
    answer: contract.waitingAnswerSchema,
  },
  { method: 'get', path: '/api/status', summary: 'What the ledger holds', answer: contract.statusAnswerSchema },
  {
    method: 'post',
    path: '/api/backups',
    summary: 'The whole ledger as one tar (application/x-tar), taken while calls come in',
  },
  {
    method: 'post',
    path: '/api/session',
    summary: 'Exchange the admin token for the dashboard cookie',
    body: z.strictObject({ token: z.string() }),
    answer: z.object({ ok: z.boolean() }),
  },
  { method: 'get', path: '/api/budgets', summary: 'All budgets', answer: list('budgets', contract.budgetSchema) },
  {
    method: 'post',
    path: '/api/budgets',
    summary: 'Create a budget',
    body: contract.budgetInputSchema,
    answer: contract.budgetSchema,
    status: 201,
  },
  { method: 'get', path: '/api/budgets/{id}', summary: 'One budget', answer: contract.budgetSchema },
  {
    method: 'put',
    path: '/api/budgets/{id}',
    summary: 'Replace a budget',
    body: contract.budgetInputSchema,
    answer: contract.budgetSchema,
  },
  { method: 'delete', path: '/api/budgets/{id}', summary: 'Delete a budget', status: 204 },
  {
    method: 'get',
    path: '/api/budgets/{id}/status',
    summary: 'What the current period has spent',
    answer: contract.budgetStatusSchema,
  },
  { method: 'get', path: '/api/monitors', summary: 'All monitors', answer: list('monitors', contract.monitorSchema) },
  {
    method: 'post',
    path: '/api/monitors',
    summary: 'Create a monitor: one measure over a scope and a sliding window, held against a threshold',
    body: contract.monitorInputSchema,
    answer: contract.monitorSchema,
    status: 201,
  },
  { method: 'get', path: '/api/monitors/{id}', summary: 'One monitor', answer: contract.monitorSchema },
  {
    method: 'put',
    path: '/api/monitors/{id}',
    summary: 'Replace a monitor; another question ends what it is alerting, untold',
    body: contract.monitorInputSchema,
    answer: contract.monitorSchema,
  },
  { method: 'delete', path: '/api/monitors/{id}', summary: 'Delete a monitor; its alerts stay', status: 204 },
  {
    method: 'get',
    path: '/api/monitors/{id}/status',
    summary: 'Whether it is alerting, the measure now, and through the last day',
    answer: contract.monitorStatusSchema,
  },
  {
    method: 'get',
    path: '/api/alerts',
    summary: 'Alerts of budgets and monitors, newest first; all, or those of one',
    query: z.object({ budgetId: z.string().optional(), monitorId: z.string().optional() }),
    answer: list('alerts', contract.alertSchema),
  },
  { method: 'get', path: '/api/webhooks', summary: 'All webhooks', answer: list('webhooks', contract.webhookSchema) },
  {
    method: 'post',
    path: '/api/webhooks',
    summary: 'Create a webhook; the only answer with its secret',
    body: contract.webhookInputSchema,
    answer: contract.webhookSchema,
    status: 201,
  },
  {
    method: 'put',
    path: '/api/webhooks/{id}',
    summary: 'Replace a webhook',
    body: contract.webhookInputSchema,
    answer: contract.webhookSchema,
  },
  { method: 'delete', path: '/api/webhooks/{id}', summary: 'Delete a webhook', status: 204 },
  { method: 'post', path: '/api/webhooks/{id}/test', summary: 'Send a test delivery', answer: contract.deliverySchema },
  {
    method: 'get',
    path: '/api/webhooks/{id}/deliveries',
    summary: 'Deliveries, newest first',
    answer: list('deliveries', contract.deliverySchema),
  },
  {
    method: 'post',
    path: '/api/webhooks/{id}/deliveries/{deliveryId}/retry',
    summary: 'Send a delivery again',
    answer: contract.deliverySchema,
  },
  {
    method: 'get',
    path: '/api/prices',
    summary: 'The price cards, the own prices over them, and the state of the prices file',
    answer: contract.pricesAnswerSchema,
  },
  {
    method: 'post',
    path: '/api/prices',
    summary: 'Add own prices, all or none: one or an array as JSON, or YAML as in a prices file',
    query: contract.addPricesQuerySchema,
    body: z.union([contract.ownPriceInputSchema, z.array(contract.ownPriceInputSchema)]),
    yamlToo: true,
    answer: contract.addedPricesSchema,
    status: 201,
  },
  {
    method: 'put',
    path: '/api/prices/{id}',
    summary: 'Replace an own price that is not in the file',
    body: contract.ownPriceInputSchema,
    yamlToo: true,
    answer: contract.keptOwnPriceSchema,
  },
  { method: 'delete', path: '/api/prices/{id}', summary: 'Delete an own price that is not in the file', status: 204 },
  {
    method: 'get',
    path: '/api/prices/unpriced',
    summary: 'Calls without a price, by model and reason, with an own price that would price them',
    query: contract.unpricedQuerySchema,
    answer: contract.unpricedAnswerSchema,
  },
  {
    method: 'get',
    path: '/api/repricings',
    summary: 'Re-pricings of history, newest first',
    answer: list('repricings', contract.repricingSchema),
  },
  {
    method: 'post',
    path: '/api/repricings',
    summary: 'Begin a dry run: price history again by the prices of now; no number changes until it is applied',
    body: contract.repricingInputSchema,
    answer: contract.repricingSchema,
    status: 202,
  },
  { method: 'get', path: '/api/repricings/{id}', summary: 'One re-pricing', answer: contract.repricingSchema },
  {
    method: 'post',
    path: '/api/repricings/{id}/apply',
    summary: 'Switch every number to the new prices at once; the old ones are kept for audit',
    answer: contract.repricingSchema,
  },
  { method: 'delete', path: '/api/repricings/{id}', summary: 'Discard a dry run', status: 204 },
  {
    method: 'get',
    path: '/api/connections',
    summary: 'By which ways calls have come in',
    answer: contract.connectionsAnswerSchema,
  },
  {
    method: 'get',
    path: '/api/mappings',
    summary: 'Attribute names that say dimensions, in the order in which they are asked',
    answer: list('mappings', contract.mappingSchema),
  },
  {
    method: 'post',
    path: '/api/mappings',
    summary: 'Map an attribute name to a dimension, asked after all others',
    body: contract.mappingInputSchema,
    answer: contract.mappingSchema,
    status: 201,
  },
  {
    method: 'put',
    path: '/api/mappings/order',
    summary: 'Put the mappings in another order: the ids of all',
    body: contract.mappingOrderSchema,
    answer: list('mappings', contract.mappingSchema),
  },
  {
    method: 'get',
    path: '/api/mappings/attributes',
    summary: 'Names of the attributes that the last calls had',
    answer: contract.seenAttributesSchema,
  },
  {
    method: 'get',
    path: '/api/mappings/preview',
    summary: 'What an attribute would say: its values on calls since it was first asked about',
    query: contract.previewQuerySchema,
    answer: contract.previewAnswerSchema,
  },
  {
    method: 'put',
    path: '/api/mappings/{id}',
    summary: 'Replace a mapping, at the place it has',
    body: contract.mappingInputSchema,
    answer: contract.mappingSchema,
  },
  { method: 'delete', path: '/api/mappings/{id}', summary: 'Delete a mapping', status: 204 },
  { method: 'get', path: '/api/views', summary: 'Saved views, by name', answer: list('views', contract.viewSchema) },
  {
    method: 'post',
    path: '/api/views',
    summary: 'Save a view of the dashboard',
    body: contract.viewInputSchema,
    answer: contract.viewSchema,
    status: 201,
  },
  { method: 'delete', path: '/api/views/{id}', summary: 'Delete a saved view', status: 204 },
  { method: 'get', path: '/api/live', summary: 'Server-sent events: so many calls have just come in' },
  { method: 'get', path: '/api/keys', summary: 'All ingest keys', answer: list('keys', contract.ingestKeySchema) },
  {
    method: 'post',
    path: '/api/keys',
    summary: 'Create an ingest key; the only answer with the key itself',
    body: contract.keyInputSchema,
    answer: contract.ingestKeySchema,
    status: 201,
  },
  {
    method: 'delete',
    path: '/api/keys/{id}',
    summary: 'Delete an ingest key: from then on it is refused',
    status: 204,
  },
];

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<string, unknown>;
  return json;
};
const jsonBody = (schema: z.ZodType, io: 'input' | 'output') => ({
  'application/json': { schema: schemaOf(schema, io) },
});

/** YAML says the same as JSON, so it has the same schema. */
const bodyOf = (schema: z.ZodType, yamlToo: boolean) => ({
  ...jsonBody(schema, 'input'),
  ...(yamlToo ? { 'application/yaml': { schema: schemaOf(schema, 'input') } } : {}),
});

export function openApiDocument(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, summary, query, body, yamlToo, answer, status = 200 } of OPERATIONS) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => ({
      name: match[1],
      in: 'path',
      required: true,
      schema: { type: 'string' },
    }));
    const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
      name,
      in: 'query',
      required: !(schema as z.ZodType).safeParse(undefined).success,
      schema: schemaOf(schema as z.ZodType, 'input'),
    }));
    (paths[path] ??= {})[method] = {
      summary,
      parameters: [...inPath, ...inQuery],
      ...(body ? { requestBody: { required: true, content: bodyOf(body, yamlToo === true) } } : {}),
      responses: {
        [status]: {
          description: answer ? 'The answer' : 'Done',
          ...(answer ? { content: jsonBody(answer, 'output') } : {}),
        },
        default: { description: 'An error', content: jsonBody(contract.errorSchema, 'output') },
      },
    };
  }
  return { openapi: '3.1.0', info: { title: 'Spanledger', version, license: { name: 'Apache-2.0' } }, paths };
}
