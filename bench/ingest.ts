// From an exporter to durable and visible: the real collector, OTLP as protobuf and gzip over several connections; against the bare
// insert of the same rows into the same engine in the same run: as the lines of text they went in as, as many an insert as the
// collector made of them, with nothing else to do. And what those calls take on disk, column by column.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { callAttributes, exportBody, traceIdOf, type FakeSpan } from '../collector/src/ingest/fakes.ts';
import { traceRequestType } from '../collector/src/ingest/otlp-schema.ts';
import { openStore } from '../collector/src/store/connect.ts';
import { migrate } from '../collector/src/store/migrate.ts';
import type { Store } from '../collector/src/store/store.ts';
import { startCollector, type Collector } from '../test/processes.ts';
import { print, quantile, timed, type Result } from './bench.ts';

/** In seconds, for its ratios alone. */
const IS_SMALL = process.argv.includes('--small');
const CALLS = IS_SMALL ? 8_000 : Number(process.argv[2] ?? 100_000);
const PER_EXPORT = 500;
/** Exporters of that many processes, each with one export underway. */
const CONNECTIONS = 16;
const STARTS = IS_SMALL ? 0 : 2;
/** Enough for a steady figure. */
const BARE_ROWS = 50_000;
/** Sent before anything is measured: a collector runs for weeks, and its first second says nothing of the others. */
const WARM_UP = IS_SMALL ? 4_000 : 10_000;

/** Ids as random as the API's own: they take most of the space there is. The same for the same text. */
const idOf = (prefix: string, text: string): string =>
  prefix + createHash('sha256').update(`${prefix}${text}`).digest('base64url').replace(/[-_]/g, 'x').slice(0, 22);

/** The same every time: a call with tags and an app's span around it, in three models and twelve features. */
function exportOf(index: number, startMs: number): Uint8Array {
  const spans: FakeSpan[] = [];
  for (let n = index * PER_EXPORT; n < (index + 1) * PER_EXPORT; n++) {
    const spread = (n * 2_654_435_761) % 1_000_003;
    spans.push({
      id: `bench-${n}`,
      traceId: traceIdOf(`bench-${n}`),
      at: new Date(startMs + (n % 86_400) * 1000).toISOString(),
      durationMs: 200 + (spread % 9_000),
      attributes: callAttributes(
        idOf('req_01', `${n}`),
        {
          input_tokens: spread % 6_000,
          cache_creation_input_tokens: spread % 1_000,
          cache_read_input_tokens: spread % 20_000,
          output_tokens: spread % 3_000,
          service_tier: 'standard',
        },
        {
          'gen_ai.response.id': idOf('msg_01', `${n}`),
          'spanledger.feature': `feature-${spread % 12}`,
          'spanledger.user.id': `user-${spread % 5_000}`,
          'spanledger.customer.id': `customer-${spread % 40}`,
          'spanledger.prompt.version': `v${spread % 5}`,
        },
      ),
    });
  }
  const json = JSON.parse(new TextDecoder().decode(exportBody(spans))) as {
    resourceSpans: { scopeSpans: { spans: { traceId: string; spanId: string }[] }[] }[];
  };
  // JSON has ids in hex, protobuf in bytes.
  for (const span of json.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))) {
    span.traceId = Buffer.from(span.traceId, 'hex').toString('base64');
    span.spanId = Buffer.from(span.spanId, 'hex').toString('base64');
  }
  return gzipSync(traceRequestType.encode(traceRequestType.fromObject(json)).finish());
}

/** Resident memory of a process, MB. Linux only; NaN elsewhere. */
function residentMb(collector: Collector): number {
  try {
    const status = readFileSync(`/proc/${collector.process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** What all threads of a process have taken so far. Linux only; NaN elsewhere. */
function cpuSecondsOf(collector: Collector): number {
  try {
    const stat = readFileSync(`/proc/${collector.process.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100; // clock ticks of 10 ms
  } catch {
    return Number.NaN;
  }
}

/** On average, of the inserts that the collector made of the exports. */
async function rowsPerInsert(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const said = (what: string): number =>
    Number(new RegExp(`^spanledger_insert_rows_${what}\\{table="reports"\\} (\\d+)`, 'm').exec(text)?.[1]);
  return Math.round(said('sum') / said('count'));
}

/** Seconds a row of inserting rows that the ledger has, `perInsert` at a time, one insert after the other. */
async function bareInsert(
  store: Store,
  rows: number,
  perInsert: number,
): Promise<{ seconds: number; cpuSeconds: number }> {
  await store.command('CREATE TABLE bare_reports AS reports');
  let [seconds, cpuSeconds, inserted] = [0, 0, 0];
  while (inserted < rows) {
    const some = await store.query<Record<string, unknown>>(
      `SELECT * FROM reports ORDER BY received_at, started_at LIMIT ${perInsert} OFFSET ${inserted}`,
    );
    const lines = some.map((row) => JSON.stringify(Object.values(row)));
    const columns = Object.keys(some[0] ?? {});
    const one = await timed(() => store.insertLines({ table: 'bare_reports', columns, lines }));
    seconds += one.seconds;
    cpuSeconds += one.cpuSeconds;
    inserted += lines.length;
  }
  await store.command('DROP TABLE bare_reports');
  return { seconds: seconds / inserted, cpuSeconds: cpuSeconds / inserted };
}

async function send(url: string, bodies: readonly Uint8Array[]): Promise<void> {
  let next = 0;
  const connection = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' };
      const response = await fetch(`${url}/v1/traces`, { method: 'POST', headers, body });
      if (!response.ok) throw new Error(`an export was answered with ${response.status}`);
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
}

async function countedCalls(url: string, from: number): Promise<number> {
  const window = `from=${new Date(from).toISOString()}&to=${new Date(from + 86_400_000).toISOString()}`;
  const response = await fetch(`${url}/api/metrics?${window}&measures=calls`);
  const { rows } = (await response.json()) as { rows: [{ calls: number }] };
  return rows[0].calls;
}

const folder = mkdtempSync(join(tmpdir(), 'spanledger-bench-'));
const dataDir = join(folder, 'data');
const results: Result[] = [];
try {
  const startMs = Date.UTC(2026, 10, 18);
  const exports = Math.ceil(CALLS / PER_EXPORT);
  const warmUps = Math.ceil(WARM_UP / PER_EXPORT);
  const bodies = Array.from({ length: exports }, (_, index) => exportOf(index, startMs));
  const before = Array.from({ length: warmUps }, (_, index) => exportOf(exports + index, startMs));
  const calls = exports * PER_EXPORT;
  const kept = calls + warmUps * PER_EXPORT;

  const starts: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const started = await timed(() => startCollector({ SPANLEDGER_DATA_DIR: dataDir }));
    if (start > 0) starts.push(started.seconds); // the first makes the tables
    else results.push({ name: 'first start, to ready', value: started.seconds, unit: 's' });
    await started.result.end('SIGTERM');
  }
  const collector = await startCollector({ SPANLEDGER_DATA_DIR: dataDir });
  if (!IS_SMALL) await new Promise((resolve) => setTimeout(resolve, 1_000));
  const idleMb = residentMb(collector);
  await send(collector.url, before);
  const cpuBefore = cpuSecondsOf(collector);
  const ingest = await timed(async () => {
    await send(collector.url, bodies);
    const counted = await countedCalls(collector.url, startMs);
    if (counted !== kept) throw new Error(`${kept} calls were acknowledged and ${counted} are visible`);
  });
  const cpuSeconds = cpuSecondsOf(collector) - cpuBefore;
  const loadedMb = residentMb(collector);
  const perInsert = await rowsPerInsert(collector.url);
  collector.process.kill('SIGTERM');
  await once(collector.process, 'exit');

  const store = await openStore({ kind: 'embedded', dataDir });
  await migrate(store);
  const bare = await bareInsert(store, Math.min(calls, BARE_ROWS), perInsert);
  const columns: { table: string; column: string; bytes: number }[] = [];
  for (const table of ['reports', 'spans']) {
    await store.command(`OPTIMIZE TABLE ${table} FINAL`);
    columns.push(
      ...(await store.query<{ table: string; column: string; bytes: number }>(
        `SELECT table, column, toFloat64(sum(column_data_compressed_bytes)) AS bytes FROM system.parts_columns
WHERE active AND table = {table:String} AND database = currentDatabase() GROUP BY table, column`,
        { table },
      )),
    );
  }
  // Small parts keep their columns in one file, and only the whole of it is known.
  const sizes = await store.query<{ table: string; bytes: number }>(
    `SELECT table, toFloat64(sum(data_compressed_bytes)) AS bytes FROM system.parts
WHERE active AND table IN ('reports', 'spans') AND database = currentDatabase() GROUP BY table`,
  );
  const bytesOf = (table: string): number => (sizes.find((size) => size.table === table)?.bytes ?? 0) / kept;
  results.push(
    ...(IS_SMALL ? [] : [{ name: 'start, to ready', value: quantile(starts, 0.5), unit: 's' }]),
    { name: 'memory, idle', value: idleMb, unit: 'MB' },
    { name: 'memory, after the load', value: loadedMb, unit: 'MB' },
    { name: 'calls', value: calls, unit: 'calls' },
    { name: 'one call on the wire', value: bodies.reduce((sum, { length }) => sum + length, 0) / calls, unit: 'bytes' },
    { name: 'to durable and visible', value: calls / ingest.seconds, unit: 'calls/s' },
    { name: 'rows of one insert', value: perInsert, unit: 'rows' },
    { name: 'CPU of the collector', value: (cpuSeconds / calls) * 1e6, unit: 'us a call' },
    { name: 'bare insert of the same rows', value: 1 / bare.seconds, unit: 'calls/s' },
    { name: 'CPU of the bare insert', value: bare.cpuSeconds * 1e6, unit: 'us a call' },
    { name: 'ratio to the bare insert', value: (bare.seconds * calls) / ingest.seconds, unit: '' },
    { name: 'one call on disk, as a report', value: bytesOf('reports'), unit: 'bytes' },
    { name: 'one call on disk, as a span', value: bytesOf('spans'), unit: 'bytes' },
    ...columns
      .filter(({ bytes }) => bytes > 0)
      .toSorted((a, b) => b.bytes - a.bytes)
      .slice(0, 20)
      .map(({ table, column, bytes }) => ({ name: `${table}.${column}`, value: bytes / kept, unit: 'bytes a call' })),
  );
  await store.close();
  print('ingest', results);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
