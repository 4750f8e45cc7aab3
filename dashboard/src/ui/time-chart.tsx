// The frame of every chart over time: drag to zoom, a click leads to the calls, a table of the same data, CSV, a link, an
// alert. A panel gives it points and says their unit; how they are drawn is `kind`.
import type { Bucket } from '@spanledger/collector/contract';
import { useCallback, useMemo } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { ChartTable } from '../charts/chart-table.tsx';
import { Lines, StackedBars } from '../charts/lazy.tsx';
import { type Mark, NO_MARKS, type PartHref, type Point, type Series } from '../charts/points.ts';
import { formatBucket, formatBucketLong } from '../format.ts';
import { bucketStart } from '../url/buckets.ts';
import { type Filters, shortInstant, type Where, writeFilters } from '../url/filters.ts';
import type { Watched } from '../url/monitor-on.ts';
import { ticksOf } from '../url/ticks.ts';
import { useFilters } from '../url/use-filters.ts';
import { ChartMenu } from './controls.tsx';
import { useInTurn } from './in-turn.tsx';

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
  /** Which filter a series stands for, by the series and the filters alone: its calls are the ones of the page narrowed to this.
   * Null when nothing can say it; without it, a series is all calls of the page. */
  narrow?: (series: Series) => Where[] | null;
  /** What all series together are: without it, all calls of the page. */
  together?: Where[];
  /** Of spend and tokens: where a budget is made of it. */
  alertHref?: string;
  /** Of all else: what a monitor would watch. Without either there is no alert on this. */
  watched?: Watched;
}

/** Answers that come together are drawn one after the other: a chart takes as long as all else of its panel. */
export function TimeChart(props: TimeChartProps) {
  const { window, points, series, marks = NO_MARKS } = props;
  const answer = useMemo(() => ({ window, points, series, marks }), [window, points, series, marks]);
  const taken = useInTurn(answer);
  return <Drawn {...props} {...taken} isBusy={taken !== answer} />;
}

function Drawn(props: TimeChartProps & { isBusy: boolean }) {
  const {
    id,
    label,
    kind,
    filters,
    window,
    points,
    series,
    marks = NO_MARKS,
    formatSize,
    height,
    level,
    small = false,
    isBusy,
  } = props;
  const [, change] = useFilters();
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const { timezone } = filters;
  const { bucket } = window;
  // The range is not among it: links are of what was answered about, which changes when the answer to another range comes.
  const asked = JSON.stringify({ ...filters, range: null });
  // oxlint-disable-next-line react/exhaustive-deps -- what series are and are together follows from them and the filters
  const links = useMemo(() => linksOf(props), [asked, window, series]);
  const onZoom = useCallback(
    (first: number, last: number) => change({ range: { kind: 'custom', ...stretchOf(window, timezone, first, last) } }),
    [change, window, timezone],
  );
  const said = useMemo(
    () => ({
      formatAt: (at: number) => formatBucket(at, bucket, timezone),
      formatAtLong: (at: number) => formatBucketLong(at, bucket, timezone),
      ticksFor: (starts: readonly number[], most: number) => ticksOf(starts, bucket, timezone, most),
    }),
    [bucket, timezone],
  );
  const onPick = useCallback(
    (first: number, last: number) => void navigate(links.ofAll(first, last)),
    [navigate, links],
  );
  const shared = { label, points, series, marks, formatSize, ...said, height, onZoom };
  const asTable = search.getAll('table').includes(id);
  return (
    <div className={small ? 'time-chart is-small' : 'time-chart'} id={id} aria-busy={isBusy}>
      <ChartMenu {...props} asTable={asTable} />
      {asTable ? (
        <ChartTable {...shared} hrefOf={links.of} totalHrefOf={links.ofAll} />
      ) : kind === 'bars' ? (
        <StackedBars {...shared} hrefOf={links.of} barTestId={props.barTestId} />
      ) : (
        <Lines {...shared} small={small} level={level} hrefOf={links.of} onPick={onPick} />
      )}
    </div>
  );
}

/**
 * Where the parts of a chart lead. What all links of a series have in common is written once, and what all links of a bucket have:
 * a chart has hundreds, and they are written before it is seen.
 */
function linksOf({ filters, window, narrow, together }: TimeChartProps) {
  const stretches = new Map<number, { from: string; to: string }>();
  const between = (first: number, last: number) => {
    const { from, to } = stretchOf(window, filters.timezone, first, last);
    return { from: shortInstant(from), to: shortInstant(to) };
  };
  const stretchAt = (at: number) => {
    const known = stretches.get(at);
    if (known) return known;
    const stretch = between(at, at);
    stretches.set(at, stretch);
    return stretch;
  };
  const range = { kind: 'custom', from: window.from, to: window.to } as const;
  const searchFor = (where: Where[]) => writeFilters(new URLSearchParams(), { ...filters, range, where });
  const callsOf = (search: URLSearchParams, { from, to }: { from: string; to: string }) => {
    search.set('from', from);
    search.set('to', to);
    return `/calls?${search}`;
  };
  const searches = new Map<string, URLSearchParams | null>();
  const searchOf = (one: Series) => {
    const known = searches.get(one.key);
    if (known !== undefined) return known;
    const where = narrow ? narrow(one) : filters.where;
    const search = where && searchFor(where);
    searches.set(one.key, search);
    return search;
  };
  const all = searchFor(together ?? filters.where);
  const of: PartHref = (one, instant) => {
    const search = searchOf(one);
    return search && callsOf(search, stretchAt(instant));
  };
  const ofAll = (first: number, last = first) => callsOf(all, first === last ? stretchAt(first) : between(first, last));
  return { of, ofAll };
}

/** From the start of one bucket to the end of another, no further than the window. */
export function stretchOf(window: TimeChartProps['window'], timezone: string, first: number, last: number) {
  const from = Math.max(first, Date.parse(window.from));
  const to = Math.min(bucketStart(last, window.bucket, timezone, 1), Date.parse(window.to));
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
