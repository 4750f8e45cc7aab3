// A ledger of the embedded engine moves to a ClickHouse server, in a process that is killed on the way and started again: what
// the server holds then is the ledger, each call once.
import { execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeEmptyLedger } from '../collector/src/store/prepared-ledger.ts';
import { openStore } from '../collector/src/store/connect.ts';
import type { Store } from '../collector/src/store/store.ts';
import { startClickHouse, type ClickHouseServer } from './clickhouse-server.ts';
import { bare, eventually, removeFolder, startCollector, temporaryFolder, type Collector } from './processes.ts';

const COPIES = 2_000;
/** A call of each feature and day: 28 days, 3 features. */
const TOLD = 84;
const SPANS = 60_000;

let folder: string;
let data: string;
let server: ClickHouseServer;
let target: Store;
beforeAll(async () => {
  folder = await temporaryFolder();
  data = await placeEmptyLedger(join(folder, 'data'));
  [server] = await Promise.all([startClickHouse({ folder: join(folder, 'server') }), fill()]);
  target = await openStore({
    kind: 'server',
    url: server.url,
    username: 'default',
    password: '',
    database: 'moved_to',
  });
}, 180_000);
afterAll(async () => {
  await target?.close();
  await server?.kill();
  await removeFolder(folder);
});

/** What a collector wrote, and each call of it many times more, so that there are several pieces to move. */
async function fill(): Promise<void> {
  const collector = await startCollector({ SPANLEDGER_DATA_DIR: data, SPANLEDGER_SETTLE_AFTER_MS: '100' });
  await post(
    collector,
    'calls',
    Array.from({ length: TOLD }, (_, n) => call(n)),
  );
  await post(collector, 'webhooks', { url: 'https://example.com/hook' });
  await collector.end('SIGTERM');
  const store = await openStore({ kind: 'embedded', dataDir: data });
  await store.command(`INSERT INTO reports SELECT reports.* REPLACE (
concat(call_key, '-', toString(number)) AS call_key, concat(message_id, '-', toString(number)) AS message_id)
FROM reports CROSS JOIN numbers(1, ${COPIES - 1}) AS copies`);
  await store.command(`INSERT INTO spans (trace_id, span_id, name, scope, kind, started_at, duration_ms, status, attributes, received_at)
SELECT toString(number % 1000), toString(number), 'step', 'app', 'internal', toDateTime64('2026-10-01 00:00:00', 6, 'UTC') + toIntervalMinute(number % 40000), 1, 'ok', '{}', now64(6, 'UTC')
FROM numbers(${SPANS})`);
  await store.close();
}

/** 1,000 tokens at 4 USD a million: 0.004 USD a call. */
const call = (n: number) => ({
  startedAt: `2026-10-${String((n % 28) + 1).padStart(2, '0')}T10:00:00Z`,
  durationMs: 100,
  feature: `f${Math.floor(n / 28)}`,
  response: {
    id: `msg_${n}`,
    type: 'message',
    model: 'claude-opus-5-5',
    usage: { input_tokens: 1000, output_tokens: 0 },
  },
});

async function post({ url }: Collector, what: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/${what}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(201);
}

const main = join(import.meta.dirname, '..', 'collector/src/move/main.ts');
async function move(
  args: string[] = ['--to', server.url, '--database', 'moved_to'],
  launched: (child: ChildProcess) => void = () => {},
): Promise<{ code: number | NodeJS.Signals | null; said: string }> {
  const env = { ...bare(), SPANLEDGER_DATA_DIR: data };
  let said = '';
  const child = execFile(process.execPath, [main, ...args], { env }, (_error, out, err) => (said = out + err));
  launched(child);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code: code ?? signal, said };
}

const piecesIn = async (): Promise<number> => {
  const [row] = await target.query<{ pieces: number }>(
    `SELECT uniqExact(piece) AS pieces FROM moved WHERE step = 'moved'`,
  );
  return Number(row?.pieces);
};
/** Killed as soon as it has moved so many pieces. */
async function killedAfter(pieces: number): Promise<void> {
  let child: ChildProcess | undefined;
  const ended = move(undefined, (started) => (child = started));
  await eventually(
    () => piecesIn().catch(() => 0),
    (there) => there >= pieces,
  );
  child?.kill('SIGKILL');
  expect((await ended).code).toBe('SIGKILL');
}

test('a move that is killed and started again moves the ledger, each call once', { timeout: 240_000 }, async () => {
  await killedAfter(1);
  await killedAfter((await piecesIn()) + 2);
  // Killed between a piece and its note: the piece is sent again.
  const [last] = await target.query<{ piece: number; name: string }>(
    `SELECT piece, any(from_table) AS name FROM moved WHERE step = 'planned' AND from_table = 'reports'
AND piece IN (SELECT piece FROM moved WHERE step = 'moved') GROUP BY piece ORDER BY piece DESC LIMIT 1`,
  );
  expect(last?.name).toBe('reports');
  await target.command(`DELETE FROM moved WHERE step = 'moved' AND piece = ${last?.piece}`);

  const { code, said } = await move();
  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('counted the same on both sides') });
  // 84 calls 2,000 times, 1,000 tokens and 0.004 USD each.
  expect(said).toContain('168000 reports of 672.000000000000 USD and 168000000 tokens, 60000 spans');
  expect(said).toContain(`SPANLEDGER_CLICKHOUSE_URL=${server.url}\n`);
  expect(said).toContain('SPANLEDGER_CLICKHOUSE_DATABASE=moved_to\n');
  expect((await move()).said).toContain('holds a ledger that was moved there already');

  const env = { SPANLEDGER_CLICKHOUSE_URL: server.url, SPANLEDGER_CLICKHOUSE_DATABASE: 'moved_to' };
  const collector = await startCollector({ ...env, SPANLEDGER_DATA_DIR: join(folder, 'beside') });
  const query = 'from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z&measures=calls,costUsd&by=feature';
  const { rows } = (await (await fetch(`${collector.url}/api/metrics?${query}`)).json()) as {
    rows: { feature: string }[];
  };
  expect(rows.toSorted((a, b) => a.feature.localeCompare(b.feature))).toEqual(
    ['f0', 'f1', 'f2'].map((feature) => ({ feature, calls: 56_000, costUsd: '224.000000000000' })),
  );
  const webhooks = (await (await fetch(`${collector.url}/api/webhooks`)).json()) as { webhooks: { url: string }[] };
  expect(webhooks.webhooks.map(({ url }) => url)).toEqual(['https://example.com/hook']);
  await target.command(`DELETE FROM moved WHERE step = 'ended'`);
  expect(await move()).toEqual({ code: 1, said: expect.stringContaining('a collector runs on it') });
  await collector.end('SIGTERM');
});

test('what could mix two ledgers is refused, and changes nothing', { timeout: 120_000 }, async () => {
  await target.command('CREATE DATABASE other');
  await target.command('CREATE TABLE other.reports (a UInt8) ENGINE = MergeTree ORDER BY a');
  await target.command('INSERT INTO other.reports VALUES (1)');
  const over = await move(['--to', server.url, '--database', 'other']);
  expect(over).toEqual({
    code: 1,
    said: expect.stringContaining('holds rows that are not of this move (table reports)'),
  });
  expect(await target.query(`SELECT name FROM system.tables WHERE database = 'other'`)).toEqual([{ name: 'reports' }]);

  const collector = await startCollector({ SPANLEDGER_DATA_DIR: data });
  expect(await move()).toEqual({ code: 1, said: expect.stringContaining('in use by another Spanledger process') });
  await post(collector, 'calls', [call(TOLD)]);
  await collector.end('SIGTERM');
  expect(await move()).toEqual({ code: 1, said: expect.stringContaining('from before calls came in') });
});
