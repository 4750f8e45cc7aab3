// Re-pricings over HTTP: each answer with its status and, where it is a no, the code and field that programs go by.
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { LIST_PRICES, priceBook, type PriceBook } from '@spanledger/instrumentation/pricing';
import { blankReport } from '../calls/report.ts';
import { onError } from '../http/errors.ts';
import { createLog } from '../log.ts';
import { createPipeline } from '../pipeline.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { repricerOn } from './fakes.ts';
import type { Repricer } from './reprice.ts';
import { repricingRoutes } from './routes.ts';

const HALVED = priceBook([
  { model: 'claude-opus-5-5', since: '2026-01-01', until: null, percentOff: '50', source: 'contract 7' },
]);
const AT = '2026-11-21T12:00:00.000Z';

let store: Store;
let book: PriceBook;
/** What the dry run waits for before it reads. */
let appending: Promise<void>;
let repricer: Repricer;
let app: Hono;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await emptyLedger(store);
  book = LIST_PRICES;
  appending = Promise.resolve();
  const clock = { now: () => Date.parse(AT) };
  await createPipeline({ store, now: clock.now }).ingestReports([
    {
      ...blankReport('spanledger', Date.parse('2026-11-01T09:30:00Z') * 1000),
      messageId: 'msg_a',
      model: 'claude-opus-5-5',
      usage: { input_tokens: 1200, output_tokens: 800 }, // 20,800 micro-USD by the list
      usageAssumesStandard: false,
      outcome: 'ok',
    },
  ]);
  book = HALVED;
  repricer = repricerOn(store, { prices: () => book, settled: () => appending, clock });
  app = new Hono().onError(onError(createLog(() => {}))).route('/api', repricingRoutes(repricer));
});

/** Status and JSON body; a body as text is sent as it is. */
async function ask(method: string, path: string, body?: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await app.request(`/api/repricings${path}`, {
    method,
    ...(body === undefined ? {} : { body: text, headers: { 'content-type': 'application/json' } }),
  });
  const answered = await response.text();
  // oxlint-disable-next-line typescript/no-explicit-any -- what a test looks into, it asserts
  return { status: response.status, body: (answered === '' ? null : JSON.parse(answered)) as any };
}
const refusal = async (method: string, path: string, body?: unknown) => {
  const answer = await ask(method, path, body);
  return [answer.status, answer.body.error.code, answer.body.error.field];
};
/** A dry run that has come to its end. */
async function ready(): Promise<string> {
  const { body } = await ask('POST', '', {});
  await repricer.idle();
  return body.id;
}
/** A dry run that goes on until `finish` is called. */
async function preparing(): Promise<{ id: string; finish: () => Promise<void> }> {
  let letGo = (): void => {};
  appending = new Promise((resolve) => (letGo = resolve));
  const { body } = await ask('POST', '', {});
  return {
    id: body.id,
    finish: async () => {
      letGo();
      await repricer.idle();
    },
  };
}

test('a dry run is accepted at once with 202, found while it prepares, and has its differences when it is ready', async () => {
  expect(await ask('GET', '')).toEqual({ status: 200, body: { repricings: [] } });
  let letGo = (): void => {};
  appending = new Promise((resolve) => (letGo = resolve));
  const window = { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' };
  const begun = await ask('POST', '', window);
  expect(begun).toEqual({
    status: 202,
    body: {
      id: expect.stringMatching(/^rep_[0-9a-f]{24}$/),
      status: 'preparing',
      ...window,
      pricesVersion: HALVED.version,
      createdAt: AT,
      finishedAt: null,
      progress: { reportsDone: 0, reportsTotal: 0 },
      differences: null,
      error: null,
    },
  });
  expect((await ask('GET', `/${begun.body.id}`)).body.status).toBe('preparing');
  letGo();
  await repricer.idle();
  const found = await ask('GET', `/${begun.body.id}`);
  expect(found).toMatchObject({
    status: 200,
    body: { status: 'ready', differences: { calls: 1, changedCalls: 1, afterUsd: '0.010400000000' } },
  });
  expect((await ask('GET', '')).body).toEqual({ repricings: [found.body] });
});

test('a second dry run is refused with repricing_running while the first prepares, and accepted after', async () => {
  const first = await preparing();
  expect(await refusal('POST', '', {})).toEqual([409, 'repricing_running', undefined]);
  await first.finish();
  expect((await ask('POST', '', {})).status).toBe(202);
  await repricer.idle();
});

test('applying answers with the applied re-pricing; again, or while it prepares, it is refused with not_ready', async () => {
  const held = await preparing();
  expect(await refusal('POST', `/${held.id}/apply`)).toEqual([409, 'not_ready', undefined]);
  await held.finish();
  expect(await ask('POST', `/${held.id}/apply`)).toMatchObject({
    status: 200,
    body: { id: held.id, status: 'applied', finishedAt: AT },
  });
  expect(await refusal('POST', `/${held.id}/apply`)).toEqual([409, 'not_ready', undefined]);
});

test('applying is refused with prices_changed when the prices are no longer those of the dry run', async () => {
  const id = await ready();
  book = LIST_PRICES;
  expect(await refusal('POST', `/${id}/apply`)).toEqual([409, 'prices_changed', undefined]);
  expect((await ask('GET', `/${id}`)).body.status).toBe('ready');
});

test('discarding answers 204; an applied one is refused with already_applied', async () => {
  const discarded = await ready();
  expect(await ask('DELETE', `/${discarded}`)).toEqual({ status: 204, body: null });
  expect((await ask('GET', `/${discarded}`)).body.status).toBe('discarded');
  const applied = await ready();
  await ask('POST', `/${applied}/apply`);
  expect(await refusal('DELETE', `/${applied}`)).toEqual([409, 'already_applied', undefined]);
});

test('a re-pricing that is not there is 404, whatever is asked of it', async () => {
  for (const [method, path] of [
    ['GET', '/rep_none'],
    ['POST', '/rep_none/apply'],
    ['DELETE', '/rep_none'],
  ] as const) {
    expect(await refusal(method, path)).toEqual([404, 'not_found', undefined]);
  }
});

test.each([
  ['a day that does not exist', { from: '2026-02-30T00:00:00Z' }, 'from'],
  ['a date without a time', { to: '2026-11-01' }, 'to'],
  ['a number', { from: 1_767_225_600 }, 'from'],
  ['an end before the start', { from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }, 'to'],
  ['an end at the start', { from: '2026-11-02T00:00:00Z', to: '2026-11-02T00:00:00Z' }, 'to'],
])('a window with %s is refused by the name of its field, and nothing begins', async (_, window, field) => {
  expect(await refusal('POST', '', window)).toEqual([400, 'invalid_request', field]);
  expect((await ask('GET', '')).body).toEqual({ repricings: [] });
});

test('a field that is misspelt, and a body that is no JSON, are refused', async () => {
  expect(await refusal('POST', '', { form: '2026-11-01T00:00:00Z' })).toEqual([400, 'invalid_request', 'form']);
  expect(await refusal('POST', '', '{"from":')).toEqual([400, 'invalid_request', undefined]);
  expect((await ask('GET', '')).body).toEqual({ repricings: [] });
});
