// `npm run backup -- <file>`: the whole ledger into one file, from the running collector, else from the data directory of a
// stopped one. See docs/operations.md.
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readConfig } from '../config.ts';
import { openStore } from '../store/connect.ts';
import { migrate } from '../store/migrate.ts';
import { packLedger } from './backup.ts';

const [file, ...more] = process.argv.slice(2);
if (file === undefined || more.length > 0) {
  process.stderr.write('Usage: npm run backup -- <file>\n');
  process.exit(2);
}
const path = resolve(process.env['INIT_CWD'] ?? '.', file);
const part = `${path}.part`;
try {
  if (existsSync(path)) throw new Error(`${path} exists already`);
  const endpoint = process.env['SPANLEDGER_ENDPOINT'] ?? `http://127.0.0.1:${process.env['SPANLEDGER_PORT'] ?? '4318'}`;
  const running = await fetch(`${endpoint}/healthz`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
  await (running ? fromCollector(endpoint) : fromStore());
  await rename(part, path);
  process.stdout.write(`${path} holds the ledger${running ? ` of ${endpoint}` : ''}.\n`);
} catch (error) {
  await rm(part, { force: true });
  process.stderr.write(`No backup was made. ${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function fromCollector(endpoint: string): Promise<void> {
  const token = process.env['SPANLEDGER_ADMIN_TOKEN'];
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${endpoint}/api/backups`, { method: 'POST', headers });
  if (!response.ok || response.body === null) throw new Error(`${endpoint} answered ${response.status}.`);
  await pipeline(Readable.fromWeb(response.body as never), toFile());
}

async function fromStore(): Promise<void> {
  const config = readConfig(process.env);
  if (config.store.kind === 'embedded' && !existsSync(join(config.store.dataDir, 'clickhouse')))
    throw new Error(`No collector answers, and ${config.store.dataDir} has no ledger: set SPANLEDGER_DATA_DIR.`);
  const store = await openStore(config.store);
  try {
    await migrate(store);
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      version: string;
    };
    const { tar, done } = packLedger(store, { version, nowMs: Date.now() });
    await Promise.all([done, pipeline(Readable.from(tar), toFile())]);
  } finally {
    await store.close();
  }
}

/** For its owner only: the keys that sign webhooks are in it. */
function toFile() {
  return createWriteStream(part, { mode: 0o600, flush: true });
}
