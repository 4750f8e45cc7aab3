// How far a move is, for whoever waits longer than two seconds: one line that changes in a terminal, else a line now and then.
import type { MoveProgress } from './move.ts';

const AFTER_MS = 2_000;

/** `elapsed`: milliseconds since the move began. */
export function createProgress(
  { write, isTTY }: { write: (text: string) => void; isTTY: boolean },
  elapsed: () => number,
) {
  let next = AFTER_MS;
  let shown = false;
  return {
    show(progress: MoveProgress): void {
      const now = elapsed();
      if (now < next) return;
      next = now + (isTTY ? 0 : AFTER_MS);
      shown = true;
      write(isTTY ? `\r\u001b[K${lineOf(progress, now)}` : `${lineOf(progress, now)}\n`);
    },
    /** Leaves the terminal's line to others. */
    end(): void {
      if (shown && isTTY) write('\r\u001b[K');
    },
  };
}

function lineOf({ before, rows, of }: MoveProgress, ms: number): string {
  const whole = (count: number): string => Math.round(count).toLocaleString('en-US');
  // Never 100 % before it is all in.
  const percent = Math.floor((100 * rows) / of);
  return `${percent} %: ${whole(rows)} of ${whole(of)} rows, ${whole(((rows - before) * 1000) / ms)} rows/s`;
}
