// The charts, fetched when the first of them stands as plain marks: the library they are made with weighs as much as the rest of
// a page. So what happened is seen before it can be pointed at.
import { afterFirst } from '../first/after-first.tsx';
import { FirstBars, FirstLines } from './first-marks.tsx';

const space = ({ height }: { height: number }) => <div className="chart" style={{ height }} />;

export const StackedBars = afterFirst(
  'The charts',
  async () => (await import('./stacked-bars.tsx')).StackedBars,
  (props) => <FirstBars {...props} />,
);
export const Lines = afterFirst(
  'The charts',
  async () => (await import('./lines.tsx')).Lines,
  (props) => <FirstLines {...props} />,
);
export const BurnLine = afterFirst('The charts', async () => (await import('./burn-line.tsx')).BurnLine, space);
export const DifferenceBars = afterFirst(
  'The charts',
  async () => (await import('./difference-bars.tsx')).DifferenceBars,
  space,
);
