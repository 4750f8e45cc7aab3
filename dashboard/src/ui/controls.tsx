// The controls of a page. They come after its first chart, with what they are made of: lists to choose from and what floats over
// the page weigh as much as all else on it. Their place is kept.
import { afterFirst } from '../first/after-first.tsx';

const bar = () => <div className="filter-bar is-coming" aria-busy />;
export const FilterBar = afterFirst('The controls', async () => (await import('./filter-bar.tsx')).FilterBar, bar);
export const RangeBar = afterFirst('The controls', async () => (await import('./filter-bar.tsx')).RangeBar, bar);
export const DimensionPicker = afterFirst(
  'The controls',
  async () => (await import('./dimension-picker.tsx')).DimensionPicker,
);
/** What floats at a chart's corner and offers its table, CSV, a link to it and an alert. */
export const ChartMenu = afterFirst('The controls', async () => (await import('./chart-menu.tsx')).ChartMenu);
