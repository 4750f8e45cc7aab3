// The shared time axis of a waterfall: milliseconds since the trace began -> percent of its width, and where to write. Pure.
const STEPS_MS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3,
  1_800e3, 3_600e3, 7_200e3, 14_400e3, 28_800e3, 86_400e3,
];

/** At most `most` ticks beyond 0, evenly spread at round times, none at the very end. */
export function ticksOf(durationMs: number, most: number): number[] {
  const largest = STEPS_MS.at(-1)!;
  const step =
    STEPS_MS.find((candidate) => durationMs / candidate <= most) ?? Math.ceil(durationMs / most / largest) * largest;
  const ticks: number[] = [];
  for (let at = 0; at < durationMs * 0.98 || at === 0; at += step) ticks.push(at);
  return ticks;
}

/** "0", "500 ms", "2 s", "1.5 min": as short as a tick must be. */
export function tickWords(ms: number): string {
  const short = (value: number) => String(Number(value.toFixed(1)));
  if (ms === 0) return '0';
  if (ms < 1000) return `${short(ms)} ms`;
  if (ms < 60_000) return `${short(ms / 1000)} s`;
  if (ms < 3_600_000) return `${short(ms / 60_000)} min`;
  return `${short(ms / 3_600_000)} h`;
}

/** Left and width in percent of the axis; what takes no time is still to be seen (the style has a least width). */
export function placeOf(offsetMs: number, durationMs: number, totalMs: number): { left: number; width: number } {
  if (totalMs <= 0) return { left: 0, width: 100 };
  const left = Math.min(100, Math.max(0, (offsetMs / totalMs) * 100));
  return { left, width: Math.min(100 - left, Math.max(0, (durationMs / totalMs) * 100)) };
}
