// A ClickHouse server that is away: at the start, and killed under load, together with the collector. Every call that was
// acknowledged is in the ledger in the end, and none counts twice.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClickHouse, type ClickHouseServer } from './clickhouse-server.ts';
import { eventually, freePort, removeFolder, startCollector, temporaryFolder, type Collector } from './processes.ts';
import { onDisk } from '../collector/src/store/run-folders.ts';

let folder: string;
let server: ClickHouseServer | undefined;
let collector: Collector | undefined;
beforeAll(async () => {
  folder = await temporaryFolder(onDisk());
});
afterAll(async () => {
  await collector?.end('SIGKILL');
  await server?.kill();
  await removeFolder(folder);
});

const STARTED_AT = '2026-11-20T10:00:00.000Z';
const TOKENS = 1_000;
const call = (id: string) => ({
  startedAt: STARTED_AT,
  durationMs: 10,
  response: {
    id,
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-4-5',
    content: [],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: TOKENS, output_tokens: 1 },
  },
});
const idsFrom = (name: string, from: number): string[] =>
  Array.from({ length: 10 }, (_, n) => `msg_${name}_${from + n}`);

test('while the server is away calls are taken, kept and shown; when it is back they are in the ledger, each once', async () => {
  const at = { folder: join(folder, 'clickhouse'), httpPort: await freePort(), tcpPort: await freePort() };
  const env = {
    SPANLEDGER_PORT: String(await freePort()),
    SPANLEDGER_DATA_DIR: join(folder, 'data'),
    SPANLEDGER_CLICKHOUSE_URL: `http://127.0.0.1:${at.httpPort}`,
  };
  const url = `http://127.0.0.1:${env.SPANLEDGER_PORT}`;
  const acknowledged = new Set<string>();
  /** Whether they were acknowledged. */
  const send = async (ids: readonly string[]): Promise<boolean> => {
    const body = JSON.stringify(ids.map(call));
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/api/calls`, { method: 'POST', headers, body }).catch(() => null);
    if (response?.status === 201) for (const id of ids) acknowledged.add(id);
    return response?.status === 201;
  };
  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const totals = () =>
    get('/api/metrics?from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z&measures=calls,inputTokens')
      .then(({ body }) => (body['rows'] as unknown[] | undefined)?.[0])
      .catch(() => undefined);
  const all = () => ({ calls: acknowledged.size, inputTokens: acknowledged.size * TOKENS });

  collector = await startCollector(env, () => {}, 'not ready; calls are taken');
  expect(await send(idsFrom('early', 0))).toBe(true);
  const early = await get('/readyz');
  expect([early.status, (early.body['error'] as { message: string }).message]).toEqual([
    503,
    expect.stringContaining(`ClickHouse at ${env.SPANLEDGER_CLICKHOUSE_URL} does not answer`),
  ]);
  expect((await get('/api/waiting')).body).toMatchObject({ waiting: { rows: 10 } });
  // Killed, it finds what it had acknowledged.
  await collector.end('SIGKILL');
  collector = await startCollector(env, () => {}, 'not ready; calls are taken');
  expect((await get('/api/waiting')).body).toMatchObject({ waiting: { rows: 10 } });

  server = await startClickHouse(at);
  await eventually(totals, (row) => JSON.stringify(row) === JSON.stringify(all()));
  expect(await get('/readyz')).toMatchObject({ status: 200 });
  expect((await get('/api/waiting')).body).toEqual({ waiting: null });

  let sending = true;
  const senders = ['a', 'b', 'c'].map(async (name) => {
    for (let from = 0; sending; from += 10) {
      const ids = idsFrom(name, from);
      // As an exporter does: what was not acknowledged is sent again.
      while (!(await send(ids))) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  await eventually(
    () => acknowledged.size,
    (size) => size > 100,
  );
  await server.kill();
  await eventually(
    () => get('/api/waiting'),
    ({ body }) => ((body['waiting'] as { rows: number } | null)?.rows ?? 0) > 100,
  );
  await collector.end('SIGKILL');
  server = await startClickHouse(at);
  collector = await startCollector(env);
  const before = acknowledged.size;
  await eventually(
    () => acknowledged.size,
    (size) => size > before + 50,
  );
  sending = false;
  await Promise.all(senders);
  expect(await eventually(totals, (row) => JSON.stringify(row) === JSON.stringify(all()))).toEqual(all());
  await eventually(
    () => get('/api/waiting'),
    ({ body }) => body['waiting'] === null,
  );
  expect(await totals()).toEqual(all());
  await collector.end('SIGTERM');
  collector = undefined;
}, 150_000);
