// What all charts over time share: their axes and their grid.
import { useMemo } from 'react';
import { getNiceTickValues, useChartWidth, XAxis } from 'recharts';

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

/** Room for a tick of the axis of time, and what of a chart is beside that axis, pixels. */
const [AT_PX, MARGIN_PX] = [64, 70];

/** Which of the starts of buckets are named, so many at most. */
export type TicksFor = (starts: readonly number[], most: number) => readonly number[];

interface TimeAxisProps {
  points: readonly { at: number }[];
  ticksFor: TicksFor;
  formatAt: (at: number) => string;
  hide?: boolean;
}

/** The axis of time below a chart. */
export function TimeAxis({ points, ticksFor, formatAt, hide = false }: TimeAxisProps) {
  const most = Math.max(2, Math.floor(((useChartWidth() ?? 0) - MARGIN_PX) / AT_PX));
  const ticks = useMemo(
    () =>
      hide
        ? []
        : [
            ...ticksFor(
              points.map(({ at }) => at),
              most,
            ),
          ],
    [points, ticksFor, most, hide],
  );
  return (
    <XAxis
      hide={hide}
      ticks={ticks}
      dataKey="at"
      // Each instant is there once, and need not be looked for.
      allowDuplicatedCategory={false}
      tickFormatter={formatAt}
      tickLine={false}
      axisLine={AXIS_LINE}
      minTickGap={8}
      interval="preserveStart"
    />
  );
}
const AXIS_LINE = { stroke: 'var(--sl-line-strong)' };
