// Before the tests that run on a ClickHouse server: one server for all of them; each file has a database of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startClickHouse } from './clickhouse-server.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'spanledger-clickhouse-'));
  const server = await startClickHouse({ folder });
  process.env['SPANLEDGER_TEST_CLICKHOUSE_URL'] = server.url;
  return async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
}
