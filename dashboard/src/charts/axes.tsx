// What all charts over time share: where they meet (one crosshair for the whole page), their axes, and what they are told of
// marks.
import { getNiceTickValues } from 'recharts';

/** Charts with this name show their crosshair together, at the same instant. */
export const CROSSHAIR = { syncId: 'page', syncMethod: 'value' } as const;

/** Lines across. The library works out the upright ones too, and measures every tick for them, even where none are drawn. */
export const GRID = {
  vertical: false,
  verticalCoordinatesGenerator: (): number[] => [],
  stroke: 'var(--sl-line)',
} as const;

const [TICK_PX, BESIDE_PX, MOST_PX] = [6.4, 8, 76];
/**
 * Room for the longest tick of a vertical axis, pixels. Worked out from what is drawn: the width that the library measures is
 * that of the first answer, and stays when longer ticks come.
 */
export function tickRoom(ticks: readonly string[]): number {
  return Math.min(MOST_PX, BESIDE_PX + TICK_PX * Math.max(...ticks.map((tick) => tick.length)));
}

const TICKS = 5;
/** A vertical axis. `sizes`: the tops of what is drawn, and the bottoms of what goes below zero. */
export function verticalAxis(sizes: readonly number[], formatSize: (size: number) => string) {
  const [least, most] = sizes.reduce(([least, most], size) => [Math.min(least, size), Math.max(most, size)], [0, 0]);
  const ticks = getNiceTickValues([least, most], TICKS);
  const width = tickRoom(ticks.map(formatSize));
  return {
    ticks,
    niceTicks: 'none',
    domain: [ticks[0] ?? 0, ticks.at(-1) ?? 0],
    tickFormatter: formatSize,
    tickLine: false,
    axisLine: false,
    width,
  } as const;
}

/** More ticks than have room; the chart leaves out what has none, but measures each. */
const MOST_TICKS = 60;

/** The axis of time below a chart. */
export function timeAxis(formatAt: (at: number) => string, points: readonly { at: number }[]) {
  const every = Math.ceil(points.length / MOST_TICKS);
  return {
    ...(every > 1 ? { ticks: points.filter((_, index) => index % every === 0).map(({ at }) => at) } : {}),
    dataKey: 'at',
    // Each instant is there once, and need not be looked for.
    allowDuplicatedCategory: false,
    tickFormatter: formatAt,
    tickLine: false,
    axisLine: { stroke: 'var(--sl-line-strong)' },
    minTickGap: 28,
    interval: 'equidistantPreserveStart',
  } as const;
}
