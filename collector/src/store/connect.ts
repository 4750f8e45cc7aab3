// Opens ClickHouse: the embedded engine on a data directory, or a server by URL; one client code for both. Pins chdb, which
// is young, behind this file. Settings are given once, here: with the embedded engine a setting given with one query
// stays for the next.
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ClickHouseLogLevel, createClient, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client';
import { clusterQuestion, clusterStatement, type Cluster } from './cluster.ts';
import { writableFolder } from './folder.ts';
import { StoreError, type SqlParameters, type Store, type TableRows } from './store.ts';
import { countWrites } from './written.ts';

export type StoreConfig = { kind: 'embedded'; dataDir: string } | ServerConfig;

interface ServerConfig {
  kind: 'server';
  url: string;
  username: string;
  password: string;
  database: string;
  /** An insert that takes longer is given up. */
  slowMs?: number;
  /** `others`: URLs of the other nodes. Without Keeper, all of them; with it, none is needed. */
  cluster?: { name: string; others: readonly string[] };
}

const ENGINE_CONFIG = join(import.meta.dirname, 'engine.xml');

const SETTINGS: ClickHouseSettings = {
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_decimals: 1,
  output_format_json_quote_denormals: 0,
  // A row is acknowledged when it is in the table, and in the table's files on disk.
  async_insert: 0,
  // Spans have a partition a day: a history that is sent at once may have any number of days.
  max_partitions_per_insert_block: '0',
};

/**
 * The embedded engine is asked for these with every statement, and for those below with every insert of lines, since what is given
 * with one stays for the next. Inserts are small, so that handing their text to other threads costs more than it saves; and small
 * parts are soon merged, which is when what helps to skip in a large part is worth working out.
 */
const EMBEDDED_SETTINGS = {
  ...SETTINGS,
  input_format_parallel_parsing: 0,
  materialize_skip_indexes_on_insert: 1,
} as ClickHouseSettings;
const LINES_SETTINGS = { input_format_parallel_parsing: 0, materialize_skip_indexes_on_insert: 0 };

/** A cluster answers like one server: rows are on their shards when an insert returns, and what is asked within a question is asked of all. */
const CLUSTER_SETTINGS: ClickHouseSettings = {
  distributed_foreground_insert: 1,
  distributed_product_mode: 'global',
  parallel_distributed_insert_select: '0',
  // With replicas: whoever asks asks the one that was written to, as long as it lives.
  load_balancing: 'in_order',
  prefer_localhost_replica: 0,
  // What is dropped is worked out from what is current on the first shard.
  allow_nondeterministic_mutations: 1,
};

/** Pages that the engine has freed go back to the system after this many milliseconds; five seconds if nothing is said. */
const DECAY_MS = 300;

/** An insert into a server that takes longer is given up: its rows wait in the spool instead of in memory. */
const SLOW_MS = 5_000;

/** Throws StoreError: `unwritable` or `locked` for a data directory, `unavailable` for a server. */
export async function openStore(config: StoreConfig): Promise<Store> {
  if (config.kind === 'server') {
    const { client, all, cluster } = await openServer(config);
    const store: Store = {
      ...storeOf(
        client,
        'server',
        (rows, token) => insertIntoServer(client, config.slowMs ?? SLOW_MS, rows, token),
        all,
      ),
      insertNative: (table, bytes, token) => guarded(() => insertNative(client, table, bytes, token)),
    };
    return cluster === null ? store : onCluster(store, cluster, all);
  }
  const { client, insertLines, closeEngine } = await openEmbedded(config.dataDir);
  return countWrites({
    ...storeOf(client, 'embedded', insertLines),
    close: async () => {
      await client.close();
      closeEngine();
    },
  });
}

async function openEmbedded(
  dataDir: string,
): Promise<{ client: ClickHouseClient; insertLines: InsertLines; closeEngine: () => void }> {
  const path = await writableFolder(dataDir, 'clickhouse');
  // Read by the engine's allocator when its library is loaded, and by nothing else.
  process.env['JE_MALLOC_CONF'] ??= `dirty_decay_ms:${DECAY_MS}`;
  const [{ Session }, { createChdbConnection }] = await Promise.all([import('chdb'), import('chdb/connection')]);
  try {
    // Whoever opens the engine first configures it; connections on the same path then share it.
    const engine = new Session(path, { connectionArgs: [`--config-file=${ENGINE_CONFIG}`] });
    const connection = createChdbConnection({ path });
    const client = createClient({ connection, clickhouse_settings: EMBEDDED_SETTINGS } as never);
    return {
      client,
      closeEngine: () => engine.close(),
      // The bytes as they are: the client would copy them into the statement's text (docs/decisions/0007-durable-writing.md).
      insertLines: async ({ table, columns, lines }) => {
        await connection.chdb.rawInsert({
          table,
          columns: [...columns],
          values: Buffer.from(lines.join('\n')),
          format: 'JSONCompactEachRow',
          settings: LINES_SETTINGS,
        });
      },
    };
  } catch (error) {
    throw new StoreError(
      'locked',
      `the data directory ${dataDir} is in use by another Spanledger process (or cannot be opened as one)`,
      error,
    );
  }
}

/** `client` is what is asked; `all` have to be told what changes a table. */
async function openServer(
  config: ServerConfig,
): Promise<{ client: ClickHouseClient; all: ClickHouseClient[]; cluster: Cluster | null }> {
  const { url, database, username, password, cluster } = config;
  const settings = {
    ...SETTINGS,
    ...(cluster ? CLUSTER_SETTINGS : {}),
    date_time_input_format: 'best_effort',
  } satisfies ClickHouseSettings;
  // The client's own log would quote the values of rows and queries that the server refused.
  const connection = { username, password, log: { level: ClickHouseLogLevel.OFF } };
  const bare = createClient({ ...connection, url });
  try {
    const found = cluster ? await atServer(url, () => findCluster(bare, url, cluster.name, database)) : null;
    const urls = found?.keeper === false ? [url, ...(cluster?.others ?? [])] : [url];
    if (found !== null && !found.keeper && urls.length !== found.nodes) throw lacksKeeper(url, found, urls.length);
    const on = found?.keeper ? ` ON CLUSTER \`${found.name}\`` : '';
    const all = urls.map((each) => createClient({ ...connection, url: each, database, clickhouse_settings: settings }));
    for (const each of urls) {
      const node = createClient({ ...connection, url: each });
      const query = `CREATE DATABASE IF NOT EXISTS {database:Identifier}${on}`;
      await atServer(each, () => node.command({ query, query_params: { database } })).finally(() => node.close());
    }
    return { client: all[0] as ClickHouseClient, all, cluster: found };
  } finally {
    await bare.close();
  }
}

/** Says which server it was that did not answer, or refused. */
async function atServer<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const message = (error as Error).message || ((error as NodeJS.ErrnoException).code ?? 'no reason given');
    throw codeOf(error) === null
      ? new StoreError('unavailable', `ClickHouse at ${url} does not answer: ${message}`, error)
      : new StoreError('rejected', `ClickHouse at ${url} refused: ${message.split('\n')[0]}`, error);
  }
}

type FoundCluster = Cluster & { nodes: number; shards: number };

async function findCluster(
  client: ClickHouseClient,
  url: string,
  name: string,
  database: string,
): Promise<FoundCluster> {
  const result = await client.query({
    query: `SELECT count() AS nodes, uniqExact(shard_num) AS shards,
  (SELECT count() FROM system.tables WHERE database = 'system' AND name = 'zookeeper_connection') AS keepers
FROM system.clusters WHERE cluster = {name:String}`,
    query_params: { name },
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ nodes: string; shards: string; keepers: string }>();
  const [nodes, shards] = [Number(row?.nodes), Number(row?.shards)];
  if (!nodes) {
    throw new StoreError(
      'rejected',
      `ClickHouse at ${url} knows no cluster "${name}": SPANLEDGER_CLICKHOUSE_CLUSTER must be one of its remote_servers`,
    );
  }
  return { name, database, nodes, shards, keeper: Number(row?.keepers) > 0 };
}

const lacksKeeper = (url: string, { name, nodes, shards }: FoundCluster, named: number): StoreError =>
  new StoreError(
    'rejected',
    nodes > shards
      ? `ClickHouse at ${url} has no Keeper, without which the replicas of the cluster "${name}" cannot be kept alike`
      : `ClickHouse at ${url} has no Keeper: SPANLEDGER_CLICKHOUSE_URL must then name all ${nodes} nodes of the cluster "${name}", separated by commas, not ${named}`,
  );

/** What changes a table is told to all nodes; the rest is as with one server. */
function onCluster(store: Store, cluster: Cluster, all: readonly ClickHouseClient[]): Store {
  return {
    ...store,
    query: (sql, parameters) => store.query(clusterQuestion(sql, cluster), parameters),
    command: async (sql, parameters = {}) => {
      const told = clusterStatement(sql, cluster);
      if ('asItIs' in told) return store.command(told.asItIs, parameters);
      if (told.unlessItHasRows !== undefined && (await hasRows(store, told.unlessItHasRows))) return;
      for (const query of told.onAllNodes) {
        await guarded(() => Promise.all(all.map((node) => node.command({ query, query_params: parameters }))));
      }
    },
  };
}

const hasRows = async (store: Store, table: string): Promise<boolean> =>
  (await store.query(`SELECT 1 AS one FROM ${table} LIMIT 1`)).length > 0;

type InsertLines = (rows: TableRows, token?: string) => Promise<void>;

async function insertIntoServer(
  client: ClickHouseClient,
  slowMs: number,
  rows: TableRows,
  token?: string,
): Promise<void> {
  const query = `INSERT INTO ${rows.table} (${rows.columns.join(', ')}) FORMAT JSONCompactEachRow`;
  await client.command({
    query: `${query}\n${rows.lines.join('\n')}`,
    abort_signal: AbortSignal.timeout(slowMs),
    ...(token === undefined ? {} : { clickhouse_settings: { insert_deduplication_token: token } }),
  });
}

async function insertNative(client: ClickHouseClient, table: string, bytes: Buffer, token: string): Promise<void> {
  const { stream } = await client.exec({
    query: `INSERT INTO ${table} FORMAT Native`,
    values: Readable.from([bytes]),
    clickhouse_settings: { insert_deduplication_token: token },
  });
  // It is answered when it has said all it has to say: nothing.
  await finished(stream.resume());
}

/** Codes of ClickHouse with which it says "not now": memory, parts, connections, disk, read only, time. */
const NOT_NOW = new Set([159, 160, 164, 202, 209, 210, 225, 241, 242, 243, 252, 319, 425, 439, 473, 710, 745]);
/** Codes with which it says that a value does not fit its column. */
const OF_DATA = new Set([
  6, 25, 26, 27, 33, 38, 41, 43, 53, 69, 70, 72, 117, 130, 131, 190, 321, 349, 376, 407, 441, 467, 636, 675, 676,
]);

/** ClickHouse's own code; null where the connection itself failed. */
function codeOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && /^\d+$/.test(String(error.code))) return Number(error.code);
  const said = /Code: (\d+)\b/.exec(error.message)?.[1];
  return said === undefined ? null : Number(said);
}

/** What ClickHouse said, less the piece of a row or of a query that it quotes: those hold a sender's values, and go to no log. */
function withoutValues(error: Error): Error {
  const said = (error.message.split(/ before: |: In scope |: [Ww]hile |\n/)[0] ?? '').slice(0, 300);
  const key = /while reading the value of key (\w+)/.exec(error.message)?.[1];
  return new Error(key === undefined ? said : `${said} (column ${key})`);
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw new StoreError('unavailable', 'the store did not carry out a statement', error);
    const said = withoutValues(error as Error);
    throw NOT_NOW.has(code)
      ? new StoreError('unavailable', 'the store cannot carry out a statement now', said)
      : new StoreError('rejected', 'the store refused a statement', said, OF_DATA.has(code));
  }
}

function storeOf(
  client: ClickHouseClient,
  storage: Store['storage'],
  insertLines: InsertLines,
  all: readonly ClickHouseClient[] = [client],
): Store {
  return {
    storage,
    query: <Row>(sql: string, parameters: SqlParameters = {}) =>
      guarded(async () => {
        const result = await client.query({ query: sql, query_params: parameters, format: 'JSONEachRow' });
        return (await result.json()) as Row[];
      }),
    insert: (table, rows) =>
      guarded(async () => {
        if (rows.length > 0)
          await client.insert({ table, values: rows as Record<string, unknown>[], format: 'JSONEachRow' });
      }),
    insertLines: (rows, token) =>
      guarded(async () => {
        if (rows.lines.length > 0) await insertLines(rows, token);
      }),
    native: (sql) =>
      guarded(async () => {
        const { stream } = await client.exec({ query: `${sql} FORMAT Native` });
        const chunks: Uint8Array[] = [];
        for await (const chunk of stream) chunks.push(chunk as Uint8Array);
        return Buffer.concat(chunks);
      }),
    command: (sql, parameters = {}) =>
      guarded(async () => void (await client.command({ query: sql, query_params: parameters }))),
    close: () => guarded(async () => void (await Promise.all(all.map((each) => each.close())))),
  };
}
