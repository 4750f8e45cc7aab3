// The frame of every chart over time: drag to zoom, a click leads to the calls, a table of the same data, CSV, a link, an
// alert. A panel gives it points and says their unit; how they are drawn is `kind`.
import type { Bucket } from '@spanledger/collector/contract';
import { useNavigate, useSearchParams } from 'react-router';
import type { Mark } from '../charts/axes.tsx';
import { ChartTable } from '../charts/chart-table.tsx';
import { Lines, StackedBars } from '../charts/lazy.tsx';
import type { PartHref, Point, Series } from '../charts/points.ts';
import { formatBucket, formatBucketLong, formatMinute } from '../format.ts';
import { bucketStart } from '../url/buckets.ts';
import type { Filters, Where } from '../url/filters.ts';
import { searchWith, useFilters } from '../url/use-filters.ts';
import { ChartMenu } from './controls.tsx';

export interface TimeChartProps {
  /** Names the chart in links and files: "spend". */
  id: string;
  label: string;
  kind: 'bars' | 'lines';
  /** Of the values in the CSV: "USD", "ms". */
  unit: string;
  filters: Filters;
  /** What the API answered about. */
  window: { from: string; to: string; bucket: Bucket };
  points: readonly Point[];
  series: readonly Series[];
  marks?: readonly Mark[];
  level?: number;
  formatSize: (size: number) => string;
  height: number;
  small?: boolean;
  barTestId?: string;
  /** Which filter a series stands for: its calls are the ones of the page narrowed to this. Null when nothing can say it;
   * without it, a series is all calls of the page. */
  narrow?: (series: Series) => Where[] | null;
  /** What all series together are: without it, all calls of the page. */
  together?: Where[];
  /** Where an alert on this is made; without it there is none. */
  alertHref?: string;
}

export function TimeChart(props: TimeChartProps) {
  const {
    id,
    label,
    kind,
    filters,
    window,
    points,
    series,
    marks = [],
    formatSize,
    height,
    level,
    small = false,
  } = props;
  const [, change] = useFilters();
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const { timezone } = filters;
  const { bucket } = window;
  const stretch = (first: number, last: number) => stretchOf(window, timezone, first, last);
  const callsAt = (at: number, where: Where[]) =>
    `/calls${searchWith(filters, { range: { kind: 'custom', ...stretch(at, at) }, where })}`;
  const hrefOf: PartHref = (one, at) => {
    const where = props.narrow ? props.narrow(one) : filters.where;
    return where && callsAt(at, where);
  };
  const onZoom = (first: number, last: number) => change({ range: { kind: 'custom', ...stretch(first, last) } });
  // Hours of several days need their day said.
  const isLong = bucket === 'hour' && Date.parse(window.to) - Date.parse(window.from) > 36 * 3_600_000;
  const shared = {
    label,
    points,
    series,
    marks,
    formatSize,
    formatAt: (at: number) => (isLong ? formatMinute(at, timezone) : formatBucket(at, bucket, timezone)),
    formatAtLong: (at: number) => formatBucketLong(at, bucket, timezone),
    height,
    onZoom,
  };
  const asTable = search.getAll('table').includes(id);
  return (
    <div className={small ? 'time-chart is-small' : 'time-chart'} id={id}>
      <ChartMenu {...props} asTable={asTable} />
      {asTable ? (
        <ChartTable {...shared} hrefOf={hrefOf} totalHrefOf={(at) => callsAt(at, props.together ?? filters.where)} />
      ) : kind === 'bars' ? (
        <StackedBars {...shared} hrefOf={hrefOf} barTestId={props.barTestId} />
      ) : (
        <Lines
          {...shared}
          small={small}
          level={level}
          hrefOf={hrefOf}
          onPick={(at) => void navigate(callsAt(at, props.together ?? filters.where))}
        />
      )}
    </div>
  );
}

/** From the start of one bucket to the end of another, no further than the window. */
export function stretchOf(window: TimeChartProps['window'], timezone: string, first: number, last: number) {
  const from = Math.max(first, Date.parse(window.from));
  const to = Math.min(bucketStart(last, window.bucket, timezone, 1), Date.parse(window.to));
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
