// The frame of every chart over time: drag to zoom, a click leads to the calls, a table of the same data, CSV, a link, an
// alert. A panel gives it points and says their unit; how they are drawn is `kind`.
import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBell, IconChartBar, IconDots, IconDownload, IconLink, IconTable } from '@tabler/icons-react';
import type { Bucket } from '@spanledger/collector/contract';
import { useNavigate, useSearchParams } from 'react-router';
import type { Mark } from '../charts/axes.tsx';
import { ChartTable } from '../charts/chart-table.tsx';
import { chartCsv } from '../charts/csv.ts';
import { Lines } from '../charts/lines.tsx';
import type { PartHref, Point, Series } from '../charts/points.ts';
import { StackedBars } from '../charts/stacked-bars.tsx';
import { formatBucket, formatBucketLong, formatMinute } from '../format.ts';
import { bucketStart } from '../url/buckets.ts';
import type { Filters, Where } from '../url/filters.ts';
import { searchWith, useFilters } from '../url/use-filters.ts';
import { download } from './download.ts';

interface TimeChartProps {
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
  const { timezone } = filters;
  const { bucket } = window;
  const stretch = (first: number, last: number) => stretchOf(window, timezone, first, last);
  const hrefOf: PartHref = (one, at) => {
    const where = props.narrow ? props.narrow(one) : filters.where;
    return where && `/calls${searchWith(filters, { range: { kind: 'custom', ...stretch(at, at) }, where })}`;
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
        <ChartTable {...shared} hrefOf={hrefOf} />
      ) : kind === 'bars' ? (
        <StackedBars {...shared} hrefOf={hrefOf} barTestId={props.barTestId} />
      ) : (
        <Lines {...shared} small={small} level={level} />
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

/** What every chart over time offers beside itself. */
export function ChartMenu({
  id,
  label,
  unit,
  filters,
  window,
  points,
  series,
  alertHref,
  asTable,
}: Pick<TimeChartProps, 'id' | 'label' | 'unit' | 'filters' | 'window' | 'points' | 'series' | 'alertHref'> & {
  asTable: boolean;
}) {
  const [, setSearch] = useSearchParams();
  const navigate = useNavigate();
  const toggleTable = () =>
    setSearch(
      (now) => {
        const others = now.getAll('table').filter((one) => one !== id);
        now.delete('table');
        for (const one of asTable ? others : [...others, id]) now.append('table', one);
        return now;
      },
      { preventScrollReset: true, replace: true },
    );
  const copy = async () => {
    // What is seen now, also for who opens it tomorrow: a window of fixed ends.
    const range = { kind: 'custom', from: window.from, to: window.to } as const;
    const url = new URL(`${location.pathname}${searchWith(filters, { range })}#${id}`, location.origin).href;
    try {
      await navigator.clipboard.writeText(url);
      notifications.show({ message: 'Link copied' });
    } catch {
      notifications.show({ title: 'This browser lets no page copy here. The link:', message: url, autoClose: false });
    }
  };
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon className="chart-menu" variant="subtle" color="gray" size="sm" aria-label={`More of ${label}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={asTable ? <IconChartBar size={14} aria-hidden /> : <IconTable size={14} aria-hidden />}
          onClick={toggleTable}
        >
          {asTable ? 'Show as chart' : 'Show as table'}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() => download(`${id}.csv`, 'text/csv', chartCsv(points, series, unit))}
        >
          Download CSV
        </Menu.Item>
        <Menu.Item leftSection={<IconLink size={14} aria-hidden />} onClick={() => void copy()}>
          Copy link
        </Menu.Item>
        {alertHref && (
          <Menu.Item leftSection={<IconBell size={14} aria-hidden />} onClick={() => void navigate(alertHref)}>
            Alert on this
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
