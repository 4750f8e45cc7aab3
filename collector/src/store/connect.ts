// Opens ClickHouse: the embedded engine on a data directory, or a server by URL; one client code for both. Pins chdb, which
// is young, behind this file. Settings are given once, here: with the embedded engine a setting given with one query
// stays for the next.
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ClickHouseLogLevel, createClient, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client';
import { StoreError, type SqlParameters, type Store } from './store.ts';

export type StoreConfig =
  | { kind: 'embedded'; dataDir: string }
  | { kind: 'server'; url: string; username: string; password: string; database: string };

const SETTINGS: ClickHouseSettings = {
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_decimals: 1,
  output_format_json_quote_denormals: 0,
  // A row is acknowledged when it is in the table, and in the table's files on disk.
  async_insert: 0,
};

/** Throws StoreError: `unwritable` or `locked` for a data directory, `unavailable` for a server. */
export async function openStore(config: StoreConfig): Promise<Store> {
  const client = config.kind === 'embedded' ? await openEmbedded(config.dataDir) : await openServer(config);
  return storeOf(client, config.kind);
}

/** As mkdir -p. Not Node's `recursive`, which never returns where a file system lets nobody make folders (/proc). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || (await exists(dirname(path)))) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function openEmbedded(dataDir: string): Promise<ClickHouseClient> {
  const path = join(dataDir, 'clickhouse');
  try {
    await makeFolder(path);
    await access(path, constants.W_OK);
  } catch (error) {
    throw new StoreError(
      'unwritable',
      `the data directory ${dataDir} cannot be written: ${(error as Error).message}`,
      error,
    );
  }
  const { createChdbConnection } = await import('chdb/connection');
  try {
    return createClient({ connection: createChdbConnection({ path }), clickhouse_settings: SETTINGS } as never);
  } catch (error) {
    throw new StoreError(
      'locked',
      `the data directory ${dataDir} is in use by another Spanledger process (or cannot be opened as one)`,
      error,
    );
  }
}

async function openServer(config: Extract<StoreConfig, { kind: 'server' }>): Promise<ClickHouseClient> {
  const { url, username, password, database } = config;
  const settings = { ...SETTINGS, date_time_input_format: 'best_effort' } satisfies ClickHouseSettings;
  // The client's own log would quote the values of rows and queries that the server refused.
  const connection = { url, username, password, log: { level: ClickHouseLogLevel.OFF } };
  const bare = createClient(connection);
  try {
    await bare.command({ query: 'CREATE DATABASE IF NOT EXISTS {database:Identifier}', query_params: { database } });
  } catch (error) {
    throw new StoreError('unavailable', `ClickHouse at ${url} does not answer: ${(error as Error).message}`, error);
  } finally {
    await bare.close();
  }
  return createClient({ ...connection, database, clickhouse_settings: settings });
}

/** What ClickHouse said, less the piece of a row or of a query that it quotes: those hold a sender's values, and go to no log. */
function withoutValues(error: Error): Error {
  const said = (error.message.split(/ before: |: In scope |: [Ww]hile |\n/)[0] ?? '').slice(0, 300);
  const key = /while reading the value of key (\w+)/.exec(error.message)?.[1];
  return new Error(key === undefined ? said : `${said} (column ${key})`);
}

function storeOf(client: ClickHouseClient, storage: Store['storage']): Store {
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      // A ClickHouse error has a code of its own; without one the connection itself failed.
      const rejected = error instanceof Error && 'code' in error && /^\d+$/.test(String(error.code));
      throw rejected
        ? new StoreError('rejected', 'the store refused a statement', withoutValues(error))
        : new StoreError('unavailable', 'the store did not carry out a statement', error);
    }
  };
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
    command: (sql, parameters = {}) =>
      guarded(async () => void (await client.command({ query: sql, query_params: parameters }))),
    close: () => guarded(() => client.close()),
  };
}
