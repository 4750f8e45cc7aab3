// A backup taken while calls come in, restored into an empty folder: every call acknowledged before it began is there, and the
// sums are those of the ledger.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeEmptyLedger } from '../collector/src/store/prepared-ledger.ts';
import { startClickHouse, type ClickHouseServer } from './clickhouse-server.ts';
import { bare, eventually, removeFolder, startCollector, temporaryFolder, type Collector } from './processes.ts';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => removeFolder(folder));

const root = join(import.meta.dirname, '..');
async function tool(name: 'backup' | 'restore', args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; said: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, `collector/src/backup/${name}-main.ts`), ...args],
      { env: { ...bare(), ...env } },
      (_error, out, err) => resolve({ code: child.exitCode ?? 1, said: out + err }),
    );
  });
}

/** 1,000 tokens at 4 USD a million: 0.004 USD a call. */
const call = (id: string, day: number) => ({
  startedAt: `2026-10-${String(day).padStart(2, '0')}T10:00:00Z`,
  durationMs: 100,
  feature: `f${day % 3}`,
  response: { id, type: 'message', model: 'claude-opus-5-5', usage: { input_tokens: 1000, output_tokens: 0 } },
});
async function post({ url }: Collector, calls: unknown[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/calls`, { method: 'POST', headers, body: JSON.stringify(calls) });
  expect(answer.status).toBe(201);
}
/** A monitor that is crossed as soon as it is made, and its episode. */
async function alertWithoutCalls({ url }: Collector): Promise<void> {
  const monitor = { name: 'Silence', measure: 'calls', comparison: 'below', threshold: 1, windowMinutes: 5 };
  const headers = { 'content-type': 'application/json' };
  await fetch(`${url}/api/monitors`, { method: 'POST', headers, body: JSON.stringify(monitor) });
  await eventually(
    async () => (await (await fetch(`${url}/api/alerts`)).json()) as { alerts: unknown[] },
    ({ alerts }) => alerts.length === 1,
  );
}
const measures = 'calls,costUsd,inputTokens,p95LatencyMs';
const sums = async ({ url }: Collector, by: string) => {
  const query = `from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z&measures=${measures}&by=${by}`;
  return ((await (await fetch(`${url}/api/metrics?${query}`)).json()) as { rows: Record<string, unknown>[] }).rows;
};

test(
  'a backup under load holds what was acknowledged before it; one of a stopped ledger is the ledger',
  { timeout: 120_000 },
  async () => {
    const data = await placeEmptyLedger(join(folder, 'data'));
    const env = { SPANLEDGER_DATA_DIR: data, SPANLEDGER_SETTLE_AFTER_MS: '100' };
    const collector = await startCollector(env);
    await post(
      collector,
      Array.from({ length: 300 }, (_, n) => call(`msg_a${n}`, (n % 5) + 1)),
    );
    await fetch(`${collector.url}/api/webhooks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: 'https://example.com/hook' }),
    });
    await alertWithoutCalls(collector);

    let loading = true;
    let sent = 0;
    const load = (async () => {
      for (; loading; sent++) await post(collector, [call(`msg_b${sent}`, (sent % 5) + 1)]);
    })();
    const live = join(folder, 'live.tar');
    const taken = await tool('backup', [live], { SPANLEDGER_ENDPOINT: collector.url });
    loading = false;
    await load;
    expect(taken).toEqual({ code: 0, said: expect.stringContaining('holds the ledger') });
    const restored = await tool('restore', [live, '--data-dir', join(folder, 'live')]);
    expect(restored).toEqual({ code: 0, said: expect.stringContaining('as its manifest says') });
    const copy = await startCollector({ SPANLEDGER_DATA_DIR: join(folder, 'live') });
    const [total] = await sums(copy, '');
    const calls = Number(total?.['calls']);
    expect(calls).toBeGreaterThanOrEqual(300);
    expect(calls).toBeLessThanOrEqual(300 + sent);
    expect(total?.['costUsd']).toBe((calls * 0.004).toFixed(12));
    expect((await fetch(`${copy.url}/api/calls/msg_a299`)).status).toBe(200);
    for (const path of ['webhooks', 'monitors', 'alerts'])
      expect(await (await fetch(`${copy.url}/api/${path}`)).json()).toEqual(
        await (await fetch(`${collector.url}/api/${path}`)).json(),
      );
    await copy.end('SIGTERM');

    const before = await sums(collector, 'feature');
    await collector.end('SIGTERM');
    const stopped = join(folder, 'stopped.tar');
    const away = { ...env, SPANLEDGER_ENDPOINT: 'http://127.0.0.1:1' };
    expect((await tool('backup', [stopped], away)).code).toBe(0);
    expect((await tool('backup', [stopped], away)).said).toContain('exists already');
    expect((await tool('restore', [stopped, '--data-dir', join(folder, 'stopped')])).code).toBe(0);
    const again = await startCollector({ SPANLEDGER_DATA_DIR: join(folder, 'stopped') });
    expect(await sums(again, 'feature')).toEqual(before);
    await again.end('SIGTERM');
  },
);

test(
  'what is not whole, damaged, or would go over a ledger is refused, and nothing is left behind',
  { timeout: 60_000 },
  async () => {
    const whole = await readFile(join(folder, 'stopped.tar'));
    const restore = (file: string) => tool('restore', [join(folder, file), '--data-dir', join(folder, 'new')]);
    await writeFile(join(folder, 'torn.tar'), whole.subarray(0, Math.floor(whole.length / 1024) * 512));
    expect((await restore('torn.tar')).said).toMatch(/is not whole|cannot be read/);
    const changed = Buffer.from(whole);
    const name = changed.indexOf('"reports":');
    changed.write('"reports":9', name);
    await writeFile(join(folder, 'changed.tar'), changed);
    expect(await restore('changed.tar')).toEqual({ code: 1, said: expect.stringContaining('Nothing was restored.') });
    expect(existsSync(join(folder, 'new/clickhouse'))).toBe(false);
    expect(await readdir(join(folder, 'new'))).toEqual([]);
    const over = await tool('restore', [join(folder, 'stopped.tar'), '--data-dir', join(folder, 'data')]);
    expect(over.said).toContain('has a ledger already');
  },
);

test(
  'a ledger on a server is backed up too, through its collector and without, and restored into a folder only',
  { timeout: 180_000 },
  async () => {
    const server = await startClickHouse({ folder: join(folder, 'server') });
    try {
      await backUpFrom(server);
    } finally {
      await server.kill();
    }
  },
);

async function backUpFrom({ url }: ClickHouseServer): Promise<void> {
  const env = {
    SPANLEDGER_DATA_DIR: join(folder, 'beside'),
    SPANLEDGER_CLICKHOUSE_URL: url,
    SPANLEDGER_SETTLE_AFTER_MS: '100',
  };
  const collector = await startCollector(env);
  await post(
    collector,
    Array.from({ length: 56 }, (_, n) => call(`msg_s${n}`, (n % 5) + 1)),
  );
  // 56 of 0.004 USD. The course of latencies is left out: it is exact or sketched, as hours are settled or not.
  const whole = [{ calls: 56, costUsd: '0.224000000000', inputTokens: 56_000 }];
  await eventually(
    () => sums(collector, ''),
    ([total]) => total?.['calls'] === 56,
  );
  const through = join(folder, 'server.tar');
  expect(await tool('backup', [through], { SPANLEDGER_ENDPOINT: collector.url })).toEqual({
    code: 0,
    said: expect.stringContaining('holds the ledger'),
  });
  await collector.end('SIGTERM');
  const without = join(folder, 'server-alone.tar');
  const away = { ...env, SPANLEDGER_ENDPOINT: 'http://127.0.0.1:1' };
  expect(await tool('backup', [without], away)).toEqual({
    code: 0,
    said: expect.stringContaining('holds the ledger'),
  });

  const refused = await tool('restore', [through], away);
  expect(refused).toEqual({
    code: 1,
    said: expect.stringMatching(/^Nothing was restored\. SPANLEDGER_CLICKHOUSE_URL is set.* --data-dir/),
  });
  expect(existsSync(join(folder, 'beside', 'clickhouse'))).toBe(false);
  for (const file of [through, without]) {
    expect(await tool('restore', [file, '--data-dir', `${file}.restored`], away)).toEqual({
      code: 0,
      said: expect.stringContaining('56 reports of 0.224000000000 USD'),
    });
  }
  const copy = await startCollector({ SPANLEDGER_DATA_DIR: `${through}.restored` });
  expect(await sums(copy, '')).toMatchObject(whole);
  await copy.end('SIGTERM');
}
