// What stops the start: each in one line that says which variable to change, and with exit code 1.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failToStart, freePort, removeFolder, startCollector, temporaryFolder } from './processes.ts';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => removeFolder(folder));

test('a port in use is said with the variable that changes it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { code, output } = await failToStart({ SPANLEDGER_PORT: String(port), SPANLEDGER_DATA_DIR: join(folder, 'a') });
  other.close();
  expect(code).toBe(1);
  expect(output).toContain(`SPANLEDGER_PORT: port ${port} is in use`);
});

test('a data directory that another collector holds is refused, and the holder goes on', async () => {
  const SPANLEDGER_DATA_DIR = join(folder, 'b');
  const holder = await startCollector({ SPANLEDGER_DATA_DIR });
  const { code, output } = await failToStart({ SPANLEDGER_DATA_DIR, SPANLEDGER_PORT: '0' });
  expect(code).toBe(1);
  expect(output).toContain('is in use by another Spanledger process');
  expect((await fetch(`${holder.url}/readyz`)).status).toBe(200);
  await holder.end('SIGTERM');
});

test("beside a server a data directory is one collector's too, and free as soon as that one is killed", async () => {
  // Nothing answers there: what comes would wait in the folder.
  const env = {
    SPANLEDGER_DATA_DIR: join(folder, 'e'),
    SPANLEDGER_CLICKHOUSE_URL: `http://127.0.0.1:${await freePort()}`,
  };
  const waits = 'calls are taken and wait';
  const holder = await startCollector(env, () => {}, waits);
  expect(await failToStart({ ...env, SPANLEDGER_PORT: '0' })).toEqual({
    code: 1,
    output: `Spanledger did not start. the data directory ${env.SPANLEDGER_DATA_DIR} is in use by another Spanledger process; set SPANLEDGER_DATA_DIR to another one or stop the other process\n`,
  });
  expect((await fetch(`${holder.url}/healthz`)).status).toBe(200);
  await holder.end('SIGKILL');
  const next = await startCollector(env, () => {}, waits);
  await next.end('SIGTERM');
});

test('a data directory that cannot be written is named', async () => {
  await writeFile(join(folder, 'file'), 'not a directory');
  const { code, output } = await failToStart({
    SPANLEDGER_DATA_DIR: join(folder, 'file', 'data'),
    SPANLEDGER_PORT: '0',
  });
  expect(code).toBe(1);
  expect(output).toContain('cannot be written');
  expect(output).toContain('SPANLEDGER_DATA_DIR');
  const spool = await failToStart({
    SPANLEDGER_DATA_DIR: join(folder, 'file', 'data'),
    SPANLEDGER_CLICKHOUSE_URL: 'http://127.0.0.1:1',
    SPANLEDGER_PORT: '0',
  });
  expect(spool).toEqual({ code: 1, output: output.replace('/clickhouse', '/spool') });
});

test('off loopback it does not start without an admin token', async () => {
  const { code, output } = await failToStart({ SPANLEDGER_HOST: '0.0.0.0', SPANLEDGER_DATA_DIR: join(folder, 'c') });
  expect(code).toBe(1);
  expect(output).toMatch(/^Spanledger did not start\. SPANLEDGER_ADMIN_TOKEN must be set[^\n]*\n$/);
});

test('a prices file that is wrong is refused with the place of the error', async () => {
  const SPANLEDGER_PRICES = join(folder, 'prices.yaml');
  await writeFile(
    SPANLEDGER_PRICES,
    'prices:\n  - { model: claude-opus-5, since: 2026-02-30, percentOff: 5, source: x }\n',
  );
  const { code, output } = await failToStart({
    SPANLEDGER_PRICES,
    SPANLEDGER_DATA_DIR: join(folder, 'd'),
    SPANLEDGER_PORT: '0',
  });
  expect(code).toBe(1);
  expect(output).toBe(
    `Spanledger did not start. SPANLEDGER_PRICES: ${SPANLEDGER_PRICES}:2:36: prices.0.since: must be a day of the calendar as YYYY-MM-DD, such as 2026-11-01\n`,
  );
});
