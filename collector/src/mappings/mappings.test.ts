// Mappings from the API to the calls they tag, on the real embedded engine.
import fc from 'fast-check';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Mapping, MappingPreview, SeenAttributes } from '../contract.ts';
import { onError } from '../http/errors.ts';
import { callAttributes, exportBody, logsBody, OWN, type Value } from '../ingest/fakes.ts';
import { explain } from '../ingest/explain.ts';
import { createLog } from '../log.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import { priceReport } from '../price-report.ts';
import { queryCall } from '../query/calls.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { createFakeClock } from '../webhooks/fakes.ts';
import { labelOf, mayHoldText } from './label.ts';
import { openMappings, type Mappings } from './mappings.ts';
import { createMappingRepository } from './repository.ts';
import { mappingRoutes } from './routes.ts';

let store: Store;
let mappings: Mappings;
let pipeline: Pipeline;
let ask: (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await emptyLedger(store);
  await store.command('TRUNCATE TABLE mappings');
  mappings = await open();
  pipeline = createPipeline({ store, mappings });
  const app = new Hono().route('/api', mappingRoutes(mappings));
  app.onError(onError(createLog(() => {})));
  ask = async (method, path, body) => {
    const response = await app.request(path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: response.status === 204 ? null : await response.json() };
  };
});
const open = () =>
  openMappings({ repository: createMappingRepository(store), clock: createFakeClock('2026-11-21T12:00:00Z') });
const map = async (dimension: string, attribute: string, services: string[] = []): Promise<Mapping> => {
  const { status, body } = await ask('POST', '/api/mappings', { dimension, attribute, services });
  expect(status).toBe(201);
  return body as Mapping;
};
const USAGE = { input_tokens: 10, output_tokens: 1 };
const send = (
  id: string,
  attributes: Record<string, Value>,
  resource: Record<string, Value> = { 'service.name': 'shop' },
) =>
  pipeline.ingestTraces(
    exportBody([{ id, attributes: callAttributes(id, USAGE, attributes) }], { scope: OWN, resource }),
    'json',
  );
const preview = async (search: string) => (await ask('GET', `/api/mappings/preview?${search}`)).body as MappingPreview;

test("an attribute of the company's own tags a call of a span, where nothing else does", async () => {
  await map('customer', 'acme.tenant');
  await map('feature', 'acme.area');
  await map('environment', 'acme.stage');
  await send(
    'r1',
    { 'acme.tenant': 'ACME GmbH', 'acme.area': 'mapped', 'spanledger.feature': 'chat' },
    { 'acme.stage': 'blue' },
  );
  expect(await queryCall(store, 'r1')).toMatchObject({ customer: 'ACME GmbH', feature: 'chat', environment: 'blue' });
});

test('explain says which attribute sets the dimension, by the mappings in force', async () => {
  await map('customer', 'acme.tenant');
  const span = { id: 'r1', attributes: callAttributes('r1', USAGE, { 'acme.tenant': 'north' }) };
  const { explanations } = explain(exportBody([span], { scope: OWN }), 'json', priceReport, mappings.tag);
  expect(explanations[0]?.report).toMatchObject({ tags: { customer: 'north' } });
  expect(explanations[0]?.attributes.find(({ name }) => name === 'acme.tenant')?.sets).toEqual(['tags.customer']);
});

test('an attribute tags a call of a log record too', async () => {
  await map('project', 'team.repo');
  const record = {
    eventName: 'claude_code.api_request',
    attributes: {
      request_id: 'req_1',
      model: 'claude-haiku-4-5',
      input_tokens: 1,
      output_tokens: 1,
      'team.repo': 'shop',
    },
  };
  await pipeline.ingestLogs(logsBody([record]), 'json');
  expect(await queryCall(store, 'req_1')).toMatchObject({ project: 'shop' });
});

test('the first mapping in order that has a usable value wins, and only for its services', async () => {
  const second = await map('userId', 'app.uid');
  const first = await map('userId', 'app.member');
  const elsewhere = await map('userId', 'app.guest', ['billing']);
  const reordered = await ask('PUT', '/api/mappings/order', { ids: [elsewhere.id, first.id, second.id] });
  expect((reordered.body as { mappings: Mapping[] }).mappings.map(({ id }) => id)).toEqual([
    elsewhere.id,
    first.id,
    second.id,
  ]);
  await send('r1', { 'app.uid': 7, 'app.member': 'm-1', 'app.guest': 'g-1' });
  await send('r2', { 'app.uid': 7, 'app.member': ['a', 'list'], 'app.guest': 'g-1' });
  await send('r3', { 'app.uid': 7, 'app.guest': 'g-1' }, { 'service.name': 'billing' });
  const users = await Promise.all(['r1', 'r2', 'r3'].map(async (id) => (await queryCall(store, id))?.userId));
  expect(users).toEqual(['m-1', '7', 'g-1']);
});

test('mappings, their order and their deletion survive a restart', async () => {
  const [one, two, three] = [await map('userId', 'a'), await map('userId', 'b'), await map('userId', 'c')];
  await ask('PUT', '/api/mappings/order', { ids: [three.id, one.id, two.id] });
  expect((await ask('DELETE', `/api/mappings/${one.id}`)).status).toBe(204);
  const changed = await ask('PUT', `/api/mappings/${two.id}`, { dimension: 'feature', attribute: 'b' });
  expect(changed.body).toEqual({ ...two, dimension: 'feature' });
  expect((await open()).list()).toEqual([three, { ...two, dimension: 'feature' }]);
  const four = await map('userId', 'd');
  expect((await open()).list().map(({ id }) => id)).toEqual([three.id, two.id, four.id]);
});

test.each([
  ['dimension', { dimension: 'model', attribute: 'a' }],
  ['dimension', { dimension: 'colour', attribute: 'a' }],
  ['attribute', { dimension: 'userId', attribute: 'two words' }],
  ['attribute', { dimension: 'userId', attribute: '' }],
  ['attribute', { dimension: 'userId', attribute: 'gen_ai.input.messages' }],
  ['attribute', { dimension: 'userId', attribute: 'app.userPrompt' }],
  ['attribute', { dimension: 'userId', attribute: 'taken' }],
  ['services.0', { dimension: 'userId', attribute: 'a', services: [''] }],
  ['sevrices', { dimension: 'userId', attribute: 'a', sevrices: [] }],
])('a mapping that cannot be is 400 and names %s', async (field, body) => {
  await map('userId', 'taken');
  expect(await ask('POST', '/api/mappings', body)).toEqual({
    status: 400,
    body: { error: expect.objectContaining({ field }) },
  });
});

test('an order that leaves one out, and an id that is not there, are refused', async () => {
  const { id } = await map('userId', 'a');
  for (const ids of [[], [id, id], [id, 'map_x']]) {
    expect(await ask('PUT', '/api/mappings/order', { ids })).toMatchObject({
      status: 400,
      body: { error: { field: 'ids' } },
    });
  }
  expect((await ask('PUT', '/api/mappings/map_x', { dimension: 'userId', attribute: 'a' })).status).toBe(404);
  expect((await ask('DELETE', '/api/mappings/map_x')).status).toBe(404);
});

test('the attributes of the last calls are listed, those of no convention first, and none that may hold text', async () => {
  await send('r1', {
    'acme.tenant': 'a',
    'acme.question': 'SECRET',
    'gen_ai.input.messages': 'SECRET',
    'a sentence as a name': 1,
  });
  await send('r2', { 'acme.tenant': 'b' }, { 'service.name': 'shop', 'k8s.pod.name': 'p' });
  const { calls, attributes } = (await ask('GET', '/api/mappings/attributes')).body as SeenAttributes;
  expect(calls).toBe(2);
  expect(attributes.slice(0, 2)).toEqual([
    { name: 'acme.tenant', calls: 2, on: 'call', known: false },
    { name: 'k8s.pod.name', calls: 1, on: 'resource', known: false },
  ]);
  expect(attributes.map(({ name }) => name).filter((name) => /question|messages|sentence/.test(name))).toEqual([]);
});

test('a preview shows the values since the attribute was first asked about, and how many calls have it', async () => {
  await send('r0', { 'acme.tenant': 'before' });
  expect(await preview('attribute=acme.tenant')).toMatchObject({ calls: 1, callsWithIt: 1, callsRead: 0, values: [] });
  await send('r1', { 'acme.tenant': 'north' });
  await send('r2', { 'acme.tenant': 'north' }, { 'service.name': 'billing' });
  await send('r3', { 'acme.tenant': 'south' });
  await send('r4', { 'acme.tenant': ['a', 'list'] });
  await send('r5', {});
  expect(await preview('attribute=acme.tenant')).toEqual({
    attribute: 'acme.tenant',
    since: '2026-11-21T12:00:00.000Z',
    calls: 6,
    callsWithIt: 5,
    callsRead: 4,
    callsUnusable: 1,
    values: [
      { value: 'north', calls: 2 },
      { value: 'south', calls: 1 },
    ],
    services: [
      { service: 'shop', calls: 4 },
      { service: 'billing', calls: 1 },
    ],
  });
  expect(await preview('attribute=acme.tenant&services=billing')).toMatchObject({
    callsWithIt: 1,
    values: [{ value: 'north', calls: 1 }],
  });
  expect(await ask('GET', '/api/mappings/preview?attribute=app.prompt')).toMatchObject({
    status: 400,
    body: { error: { field: 'attribute' } },
  });
});

test('what is remembered stays bounded: the last thousand calls, two hundred names each', async () => {
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`n${index}`, 'x']));
  mappings.see({ attributes: many, resource: {} });
  expect(mappings.attributes().attributes).toHaveLength(200);
  for (let index = 0; index < 1_000; index++) mappings.see({ attributes: { late: 'x' }, resource: {} });
  expect(mappings.attributes()).toMatchObject({ calls: 1_000, attributes: [{ name: 'late', calls: 1_000 }] });
});

test.each([
  ['north', 'north'],
  ['ACME GmbH', 'ACME GmbH'],
  ['  u-17 ', 'u-17'],
  ['a@example.com', 'a@example.com'],
  ['app/search/v2', 'app/search/v2'],
  [42, '42'],
  [false, 'false'],
  ['', null],
  ['Summarise this contract for me', null],
  ['Who are you?', null],
  ['Hello, world', null],
  ['Say yes.', null],
  ['two\nlines', null],
  ['x'.repeat(101), null],
  [['a'], null],
  [undefined, null],
])('the label of %j is %j', (value, label) => {
  expect(labelOf(value as never)).toBe(label);
});

test('a name whose last word says text is never read; one that names an id, a version or a kind of it is', () => {
  const names = [
    'app.prompt',
    'userPrompt',
    'gen_ai.prompt.0.content',
    'llm.input_messages',
    'body',
    'traceloop.entity.input',
  ];
  expect(names.filter((name) => !mayHoldText(name))).toEqual([]);
  const labels = ['prompt.version', 'promptId', 'acme.tenant', 'langfuse.prompt.name', 'app.input_source', 'user.id'];
  expect(labels.filter(mayHoldText)).toEqual([]);
});

test('no value, whatever it is, is shown or mapped longer than 100 characters or on several lines', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.lorem({ maxCount: 20 })), (value) => {
      const label = labelOf(value);
      return label === null || (label.length <= 100 && !/[\n\r\t?!,;"]/.test(label) && label.split(' ').length <= 4);
    }),
  );
});
