import { expect, test } from 'vitest';
import { createProgress } from './progress.ts';

function shownIn(isTTY: boolean): string[] {
  const written: string[] = [];
  let now = 0;
  const progress = createProgress({ write: (text) => written.push(text), isTTY }, () => now);
  for (const [at, rows] of [
    [1_900, 19_000],
    [2_000, 20_000],
    [2_500, 45_000],
    [4_000, 60_000],
  ] as const) {
    // prettier-ignore
    now = at;
    progress.show({ before: 10_000, rows, of: 60_001 });
  }
  progress.end();
  return written;
}

test('whoever waits longer than two seconds is told how far it is, at most every two seconds where it is no terminal', () => {
  // 20,000 of 60,001 rows are 33.3 %; 10,000 of them in this run's 2 s are 5,000 a second; then 50,000 in 4 s.
  expect(shownIn(false)).toEqual([
    '33 %: 20,000 of 60,001 rows, 5,000 rows/s\n',
    '99 %: 60,000 of 60,001 rows, 12,500 rows/s\n',
  ]);
});

test('in a terminal it is one line, which is gone at the end', () => {
  const shown = shownIn(true);
  expect(shown).toHaveLength(4);
  expect(shown[0]).toBe('\r\u001b[K33 %: 20,000 of 60,001 rows, 5,000 rows/s');
  expect(shown.at(-1)).toBe('\r\u001b[K');
});
