// Own prices from a file and over HTTP in a collector that runs, on the real engine.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { LIST_PRICES } from '@spanledger/instrumentation/pricing';
import { onError } from '../http/errors.ts';
import { queryRoutes } from '../http/query-routes.ts';
import { createLog } from '../log.ts';
import { createPipeline } from '../pipeline.ts';
import { queryUnpriced } from '../query/unpriced.ts';
import { openStore } from '../store/connect.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { temporaryPlace } from '../store/fakes.ts';
import { migrate } from '../store/migrate.ts';
import type { Store } from '../store/store.ts';
import { createFakeClock } from '../webhooks/fakes.ts';
import { createMemoryPrices } from './fakes.ts';
import { openPrices, PriceFileRefused } from './prices.ts';
import { createPriceRepository, type PriceRepository } from './repository.ts';
import { priceRoutes } from './routes.ts';

const place = temporaryPlace();
const folder = mkdtempSync(join(tmpdir(), 'spanledger-prices-'));
const path = join(folder, 'prices.yaml');
let store: Store;
beforeAll(async () => {
  store = await openStore(place.config);
  await migrate(store);
});
afterAll(async () => {
  await store?.close();
  await place.remove();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await emptyLedger(store);
  await store.command('TRUNCATE TABLE own_prices');
});

const OPUS = (percentOff: string) =>
  `prices:\n  - { model: claude-opus-5-5, since: 2026-11-01, percentOff: ${percentOff}, source: contract 7 }\n`;
const SONNET = { model: 'claude-sonnet-5-5', since: '2026-11-01', usdPerMtok: { output: '8' }, source: 'contract 8' };
const JSON_TYPE = 'application/json';

async function collector(options: { file?: string | null; repository?: PriceRepository } = {}) {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));
  const clock = createFakeClock('2026-11-21T12:00:00Z');
  const prices = await openPrices({
    repository: options.repository ?? createPriceRepository(store),
    path: options.file ?? null,
    clock,
    log,
  });
  const pipeline = createPipeline({ store, now: clock.now, prices: prices.current });
  const app = new Hono()
    .route('/', queryRoutes({ store, pipeline, version: '1', now: clock.now }))
    .route('/', priceRoutes({ prices, unpriced: (window) => queryUnpriced(store, window, prices.current()) }));
  app.onError(onError(log));
  const send = async (method: string, at: string, body?: unknown, type = JSON_TYPE) => {
    const response = await app.request(at, {
      method,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      headers: { 'content-type': type },
    });
    const text = await response.text();
    // oxlint-disable-next-line typescript/no-explicit-any -- what a test looks into, it asserts
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as any };
  };
  const costOfNextCall = async (requestId: string, model = 'claude-opus-5-5'): Promise<string | null> => {
    const response = { model, usage: { input_tokens: 1000, output_tokens: 1000 } };
    await send('POST', '/calls', { requestId, response, startedAt: '2026-11-21T11:00:00Z', durationMs: 5 });
    return (await send('GET', `/calls/${requestId}`)).body.costUsd;
  };
  return { prices, send, costOfNextCall, lines };
}

describe('a prices file', () => {
  test('prices from the start, and its change the next call: a bad one is told and changes nothing, a good one does', async () => {
    writeFileSync(path, OPUS('50'));
    const { prices, send, costOfNextCall, lines } = await collector({ file: path });
    // Opus 5.5 lists 4 in and 20 out: 24,000 micro-USD for 1,000 and 1,000
    expect(await costOfNextCall('r1')).toBe('0.012000000000');

    writeFileSync(path, OPUS('120'));
    await prices.reload();
    await prices.reload();
    expect(await costOfNextCall('r2')).toBe('0.012000000000');
    expect(lines.filter((line) => line.includes('refused'))).toEqual([
      expect.stringContaining(`${path}:2:62: prices.0.percentOff: must be from 0 to 100`),
    ]);
    const { version, file, own } = (await send('GET', '/prices')).body;
    expect(version).toMatch(/^2026-11-21\+[0-9a-f]{8}$/);
    expect(file).toEqual({
      path,
      loadedAt: '2026-11-21T12:00:00.000Z',
      error: { line: 2, column: 62, field: 'prices.0.percentOff', message: 'must be from 0 to 100' },
    });
    expect(own).toEqual([
      {
        model: 'claude-opus-5-5',
        since: '2026-11-01',
        until: null,
        percentOff: '50',
        source: 'contract 7',
        id: 'file_1',
        tableModel: 'claude-opus-5-5',
        origin: 'file',
        line: 2,
        createdAt: null,
      },
    ]);

    rmSync(path);
    await prices.reload();
    expect((await send('GET', '/prices')).body.file.error.message).toBe('cannot be read: there is no such file');
    expect(await costOfNextCall('r3')).toBe('0.012000000000');

    writeFileSync(path, OPUS('25'));
    await prices.reload();
    expect(await costOfNextCall('r4')).toBe('0.018000000000');
    expect((await send('GET', '/prices')).body.file.error).toBeNull();
    // What was taken before keeps its price.
    expect((await send('GET', '/calls/r1')).body.costUsd).toBe('0.012000000000');
  });

  test('is watched once started', async () => {
    writeFileSync(path, OPUS('50'));
    const { prices } = await collector({ file: path, repository: createMemoryPrices() });
    const before = prices.current().version;
    prices.start();
    try {
      writeFileSync(path, OPUS('25'));
      await vi.waitFor(() => expect(prices.current().version).not.toBe(before), { timeout: 5000, interval: 20 });
    } finally {
      prices.stop();
    }
  });

  test.each([
    ['is not there', null, `${path}: cannot be read: there is no such file`],
    ['is wrong', OPUS('nothing'), `${path}:2:62: prices.0.percentOff: must be a plain decimal number such as "3.50"`],
  ])('that %s stops the start with one line', async (_, text, message) => {
    rmSync(path, { force: true });
    if (text !== null) writeFileSync(path, text);
    await expect(collector({ file: path })).rejects.toEqual(new PriceFileRefused(message));
  });

  test('and the API do not contradict each other, whichever comes second', async () => {
    writeFileSync(path, OPUS('50'));
    const { prices, send } = await collector({ file: path });
    const price = { model: 'claude-opus-5-5', since: '2026-12-01', percentOff: '5', source: 'x' };
    expect(await send('POST', '/prices', price)).toEqual({
      status: 400,
      body: {
        error: {
          code: 'invalid_price',
          field: 'since',
          line: 1,
          message: `since: claude-opus-5-5 has an own price for input at that time already, line 2 of ${path}; end that one with until, or leave the kind out`,
        },
      },
    });
    const added = await send('POST', '/prices', SONNET);
    const { id } = added.body.own[0];
    writeFileSync(path, `${OPUS('50')}  - { model: claude-sonnet-5-5, since: 2026-12-01, percentOff: 9, source: x }\n`);
    await prices.reload();
    expect(prices.file()?.error).toMatchObject({ line: 3, message: expect.stringContaining(`${id} of the API`) });
    // Once the other is gone the file is taken as it is.
    await send('DELETE', `/prices/${id}`);
    await prices.reload();
    expect(prices.file()?.error).toBeNull();
    expect(prices.own().map(({ line }) => line)).toEqual([2, 3]);
  });

  test('its prices are changed in the file only', async () => {
    writeFileSync(path, OPUS('50'));
    const { send } = await collector({ file: path });
    for (const [method, body] of [['DELETE'], ['PUT', SONNET]] as const) {
      expect(await send(method, '/prices/file_1', body)).toEqual({
        status: 409,
        body: { error: { code: 'in_file', message: `This price is on line 2 of ${path}: edit the file.` } },
      });
    }
  });
});

describe('the API', () => {
  test('adds a price, lists it, prices the next call with it, replaces and deletes it', async () => {
    const { send, costOfNextCall } = await collector();
    const added = await send('POST', '/prices', SONNET);
    expect(added.status).toBe(201);
    const [kept] = added.body.own;
    expect(kept).toEqual({
      ...SONNET,
      until: null,
      tableModel: SONNET.model,
      id: expect.stringMatching(/^own_[0-9a-f]{24}$/),
      origin: 'api',
      line: null,
      createdAt: '2026-11-21T12:00:00.000Z',
    });
    expect((await send('GET', '/prices')).body.own).toEqual([kept]);
    // 1,000 x 2 + 1,000 x 8 micro-USD
    expect(await costOfNextCall('r1', 'claude-sonnet-5-5')).toBe('0.010000000000');
    const replaced = await send('PUT', `/prices/${kept.id}`, { ...SONNET, percentOff: 50 });
    expect(replaced).toEqual({ status: 200, body: { ...kept, percentOff: '50' } });
    expect(await costOfNextCall('r2', 'claude-sonnet-5-5')).toBe('0.005000000000');
    expect(await send('DELETE', `/prices/${kept.id}`)).toEqual({ status: 204, body: null });
    expect(await costOfNextCall('r3', 'claude-sonnet-5-5')).toBe('0.012000000000');
    expect((await send('DELETE', `/prices/${kept.id}`)).status).toBe(404);
    expect((await send('GET', '/prices')).body).toMatchObject({ version: LIST_PRICES.version, own: [], file: null });
  });

  test('takes several at once as JSON or YAML, all or none, and only looks at them in a dry run', async () => {
    const { send, prices } = await collector();
    const opus = { ...SONNET, model: 'claude-opus-5-5' };
    const dry = await send('POST', '/prices?dryRun=true', [SONNET, opus]);
    expect([dry.status, dry.body.own.length, prices.own().length]).toEqual([200, 2, 0]);
    const bad = await send('POST', '/prices', [SONNET, { ...opus, since: '2026-02-30' }]);
    expect([bad.status, bad.body.error.field, prices.own().length]).toEqual([400, '1.since', 0]);
    expect((await send('POST', '/prices', OPUS('5'), 'application/yaml')).status).toBe(201);
    expect((await send('POST', '/prices', [SONNET])).status).toBe(201);
    expect(prices.own().map(({ model }) => model)).toEqual(['claude-opus-5-5', 'claude-sonnet-5-5']);
  });

  test.each([
    ['a typo in a field', { ...SONNET, percentOf: '5' }, JSON_TYPE, 400, 'invalid_price', 'percentOf: is not known here; did you mean "percentOff"?'], // prettier-ignore
    ['an empty list', [], JSON_TYPE, 400, 'invalid_price', 'there is no price in it'],
    ['half a JSON', '{"model":', JSON_TYPE, 400, 'invalid_price', 'The body is not valid JSON.'],
    ['another type', 'model=x', 'text/plain', 415, 'unsupported_media_type', 'Send prices as application/json or application/yaml.'], // prettier-ignore
  ])('refuses %s', async (_, body, type, status, code, message) => {
    const { send } = await collector({ repository: createMemoryPrices() });
    const answer = await send('POST', '/prices', body, type);
    expect([answer.status, answer.body.error.code, answer.body.error.message]).toEqual([status, code, message]);
  });

  test('keeps a new model that another price is for', async () => {
    const { send } = await collector({ repository: createMemoryPrices() });
    const rates = { input: '6', cacheWrite5m: '7.5', cacheWrite1h: null, cacheRead: '0.6', output: '30' };
    const model = { model: 'claude-opus-6', since: '2026-11-01', source: 'x' };
    const added = await send('POST', '/prices', [
      { ...model, newModel: true, usdPerMtok: rates },
      { ...model, percentOff: '10', band: { overTokens: 200_000, upToTokens: null } },
    ]);
    const [card, discount] = added.body.own;
    const refused = await send('DELETE', `/prices/${card.id}`);
    expect([refused.status, refused.body.error.code]).toEqual([409, 'price_in_use']);
    expect((await send('DELETE', `/prices/${discount.id}`)).status).toBe(204);
    expect((await send('DELETE', `/prices/${card.id}`)).status).toBe(204);
  });

  test('answers with the whole table', async () => {
    const { send } = await collector({ repository: createMemoryPrices() });
    const { body } = await send('GET', '/prices');
    expect(body.tableVersion).toBe('2026-11-21');
    expect(body.cards.length).toBe(35);
    expect(body.cards.find(({ model }: { model: string }) => model === 'claude-haiku-5-5')).toEqual({
      model: 'claude-haiku-5-5',
      band: { label: '<=100000', overTokens: -1, upToTokens: 100_000 },
      since: '2026-10-07',
      until: null,
      usdPerMtok: { input: '0.10', cacheWrite5m: '0.125', cacheWrite1h: '0.20', cacheRead: '0.01', output: '0.50' },
      source: expect.stringContaining('Anthropic pricing page'),
      confidence: 'first-party',
    });
    expect(body.webSearch.usdPerRequest).toBe('0.01');
    expect(body.fastRates.length).toBe(8);
  });

  test('of a price that could not be stored, nothing is used', async () => {
    const save = async (): Promise<never> => Promise.reject(new Error('down'));
    const { send, prices } = await collector({ repository: { ...createMemoryPrices(), save } });
    expect((await send('POST', '/prices', SONNET)).status).toBe(500);
    expect(prices.current()).toBe(LIST_PRICES);
  });
});

test('own prices of the API survive a restart, the deleted ones do not', async () => {
  const before = await collector();
  await before.send('POST', '/prices', SONNET);
  const gone = await before.send('POST', '/prices', { ...SONNET, model: 'claude-opus-5-5' });
  await before.send('DELETE', `/prices/${gone.body.own[0].id}`);
  await store.close();
  store = await openStore(place.config);
  const after = await collector();
  expect(after.prices.own()).toEqual(before.prices.own());
  expect(after.prices.own().length).toBe(1);
  expect(after.prices.current().version).toBe(before.prices.current().version);
});
