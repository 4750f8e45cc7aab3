// Before the tests that run on ClickHouse servers: one server, or two that are the shards of a cluster, for all of them; each file
// has a database of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startClickHouse, startShards } from './clickhouse-server.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'spanledger-clickhouse-'));
  const { env } = project.config;
  const servers =
    env['SPANLEDGER_TEST_STORE'] === 'shards' ? await startShards(folder, 2) : [await startClickHouse({ folder })];
  env['SPANLEDGER_TEST_CLICKHOUSE_URL'] = servers.map(({ url }) => url).join(',');
  return async () => {
    await Promise.all(servers.map((server) => server.kill()));
    rmSync(folder, { recursive: true, force: true });
  };
}
