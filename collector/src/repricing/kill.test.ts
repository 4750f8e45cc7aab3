// A process that prices history again is killed at moments of all kinds and started again: it goes on, the total is wholly the
// old one or wholly the new one at every look, and the new one at the end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { formatPico, LIST_PRICES, priceBook } from '@spanledger/instrumentation/pricing';
import type { Repricing } from '../contract/repricings.ts';
import { queryMetrics } from '../query/metrics.ts';
import { openStore } from '../store/connect.ts';
import { expectedCost } from './many-calls.ts';

const CALLS = 20_000;
/** Milliseconds after it says that it runs. */
const KILLED_AFTER = [0, 150, 400, 800];
const dataDir = mkdtempSync(join(tmpdir(), 'spanledger-test-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function child(task: string, killAfterMs: number | null): Promise<string> {
  const file = join(import.meta.dirname, 'kill-child.ts');
  const running = spawn(process.execPath, [file, dataDir, task, String(CALLS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  running.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (killAfterMs !== null && output === 'running\n') setTimeout(() => running.kill('SIGKILL'), killAfterMs);
  });
  await once(running, 'close');
  return output;
}

async function total(): Promise<string> {
  const store = await openStore({ kind: 'embedded', dataDir });
  const { rows } = await queryMetrics(store, {
    from: '2026-01-01T00:00:00Z',
    to: '2027-01-01T00:00:00Z',
    measures: ['costUsd'],
    by: [],
    bucket: 'none',
    timezone: 'UTC',
    where: [],
  });
  await store.close();
  return String(rows[0]?.['costUsd']);
}

test('killed at any moment, a re-pricing goes on, and no total is ever half old and half new', async () => {
  await child('fill', null);
  const before = formatPico(expectedCost(CALLS, LIST_PRICES));
  const agreed = priceBook([{ model: '*', since: '2026-01-01', until: null, percentOff: '12.5', source: 'contract' }]);
  const after = formatPico(expectedCost(CALLS, agreed));
  expect(before).not.toBe(after);
  for (const killAfterMs of KILLED_AFTER) {
    const finished = (await child('reprice', killAfterMs)).includes('"applied"');
    expect([before, after]).toContain(await total());
    if (finished) expect(await total()).toBe(after);
  }
  const repricing = JSON.parse((await child('reprice', null)).split('\n')[1] ?? '') as Repricing;
  expect(repricing).toMatchObject({
    status: 'applied',
    differences: { calls: CALLS, beforeUsd: before, afterUsd: after },
  });
  expect(await total()).toBe(after);
}, 120_000);
