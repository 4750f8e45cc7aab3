// The charts, fetched when the first of them is drawn: the library they are made with weighs as much as the rest of a page.
// Until it is there the points stand as plain marks, so that what happened is seen before it can be pointed at.
import { type ComponentProps, lazy, Suspense } from 'react';
import type { BurnLine as BurnLineChart } from './burn-line.tsx';
import type { DifferenceBars as DifferenceBarsChart } from './difference-bars.tsx';
import { FirstBars, FirstLines } from './first-marks.tsx';
import type { Lines as LinesChart } from './lines.tsx';
import type { StackedBars as StackedBarsChart } from './stacked-bars.tsx';

const LazyBars = lazy(async () => ({ default: (await import('./stacked-bars.tsx')).StackedBars }));
const LazyLines = lazy(async () => ({ default: (await import('./lines.tsx')).Lines }));
const LazyBurnLine = lazy(async () => ({ default: (await import('./burn-line.tsx')).BurnLine }));
const LazyDifferenceBars = lazy(async () => ({ default: (await import('./difference-bars.tsx')).DifferenceBars }));

export const StackedBars = (props: ComponentProps<typeof StackedBarsChart>) => (
  <Suspense fallback={<FirstBars {...props} />}>
    <LazyBars {...props} />
  </Suspense>
);

export const Lines = (props: ComponentProps<typeof LinesChart>) => (
  <Suspense fallback={<FirstLines {...props} />}>
    <LazyLines {...props} />
  </Suspense>
);

export const BurnLine = (props: ComponentProps<typeof BurnLineChart>) => (
  <Suspense fallback={<div className="chart" style={{ height: props.height }} />}>
    <LazyBurnLine {...props} />
  </Suspense>
);

export const DifferenceBars = (props: ComponentProps<typeof DifferenceBarsChart>) => (
  <Suspense fallback={<div className="chart" style={{ height: props.height }} />}>
    <LazyDifferenceBars {...props} />
  </Suspense>
);
