import { afterEach, expect, it, vi } from 'vitest';
import { api } from './api.ts';

afterEach(() => vi.unstubAllGlobals());

const ask = (rows: unknown[]) => {
  const about = { from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z', bucket: 'minute' };
  vi.stubGlobal('fetch', async () => Response.json({ ...about, rows, unpricedCalls: 3, missingBefore: null }));
  const window = { from: Date.parse(about.from), to: Date.parse(about.to) };
  return api.metrics(window, { measures: ['calls'], bucket: 'minute', where: [], timezone: 'UTC' });
};
const rows = Array.from({ length: 5000 }, (_, index) => ({ feature: `feature-${index}`, calls: index }));

it('reads an answer of thousands of rows a part at a time, and each row once, in order', async () => {
  const answer = await ask(rows);
  expect(answer).toMatchObject({ bucket: 'minute', unpricedCalls: 3, missingBefore: null });
  expect(answer.rows).toEqual(rows);
});

it('refuses an answer of which any row has another form than it knows, be it the last of thousands', async () => {
  await expect(ask(rows.with(-1, { feature: 'late', calls: {} as number }))).rejects.toMatchObject({
    code: 'misunderstood',
  });
});
