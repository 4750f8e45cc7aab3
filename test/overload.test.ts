// Offered more than it can take, the collector says so, keeps its memory and what it acknowledged, and goes on at once when it is
// over. Longer with `SPANLEDGER_OVERLOAD_SECONDS=20 npm test -- test/overload.test.ts`.
import { platform } from 'node:os';
import { expect, test } from 'vitest';
import { overload } from './overload.ts';

const asked = process.env['SPANLEDGER_OVERLOAD_SECONDS'];
const seconds = Number(asked ?? 2);
/** What was measured at most, and a tenth more (docs/decisions/0007-durable-writing.md). */
const MOST_MB = 1_100;

test.skipIf(platform() !== 'linux')(
  'offered more than fits, it answers 503 with Retry-After, stays within its memory, and has every call it acknowledged',
  async () => {
    const endured = await overload({ seconds, connections: 48, size: asked ? 1 : 0.25 });
    console.log(JSON.stringify({ ...endured, answers: Object.fromEntries(endured.answers) }));
    expect(endured.mostMb).toBeLessThan(MOST_MB);
    expect(endured.answers.get('503') ?? 0).toBeGreaterThan(0);
    expect(endured.withoutRetryAfter).toBe(0);
    expect(endured.wrong).toEqual([]);
    expect(endured.counted).toBe(endured.sent);
  },
  240_000,
);
