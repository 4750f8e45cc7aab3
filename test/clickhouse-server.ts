// A real ClickHouse server for tests and benches, over HTTP, without anything to install: a process of its own on a folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A machine with other work takes its time. */
const STARTS_WITHIN_MS = 180_000;

interface ServerAt {
  folder: string;
  httpPort: number;
  tcpPort: number;
  /** TCP ports of the shards of the cluster `shards`, this server among them; empty: it is alone. */
  shards: readonly number[];
}

export interface ClickHouseServer {
  url: string;
  /** The same again starts it with the data it had, at the same address. */
  at: ServerAt;
  /** Resolves when the process is gone. It has no orderly end: what it acknowledged must be there after any. */
  kill(): Promise<void>;
}

/** Resolves when it answers. Rejects with what it said when it ends before that. */
export async function startClickHouse(where: { folder: string } & Partial<ServerAt>): Promise<ClickHouseServer> {
  const httpPort = where.httpPort ?? (await freePort());
  const { folder, shards = [] } = where;
  const at = { folder, httpPort, tcpPort: where.tcpPort ?? (await freePort()), shards };
  mkdirSync(at.folder, { recursive: true });
  const config = shards.length === 0 ? [] : [join(at.folder, 'config.xml')];
  for (const each of config) writeFileSync(each, configOf(shards));
  const file = join(import.meta.dirname, 'clickhouse-server-child.ts');
  const child = spawn(process.execPath, [file, String(at.httpPort), String(at.tcpPort), at.folder, ...config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
  const gone = once(child, 'close');
  const url = `http://127.0.0.1:${at.httpPort}`;
  const end = Date.now() + STARTS_WITHIN_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > end) {
      child.kill('SIGKILL');
      throw new Error(`the ClickHouse server did not start: ${said}`);
    }
    await wait(50);
  }
  return {
    url,
    at,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Servers that are one cluster, `shards`, a shard each, without replicas and without Keeper. */
export async function startShards(folder: string, count: number): Promise<ClickHouseServer[]> {
  const shards = await Promise.all(Array.from({ length: count }, freePort));
  return Promise.all(
    shards.map((tcpPort, n) => startClickHouse({ folder: join(folder, `shard${n}`), tcpPort, shards })),
  );
}

const configOf = (ports: readonly number[]): string => `<clickhouse><remote_servers><shards>
${ports.map((port) => `<shard><replica><host>127.0.0.1</host><port>${port}</port></replica></shard>`).join('\n')}
</shards></remote_servers></clickhouse>`;

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/ping`, { signal: AbortSignal.timeout(1_000) }).then(
    (response) => response.ok,
    () => false,
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
