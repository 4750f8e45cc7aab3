// What can be done with a chart beside looking at it: its table, CSV, a link to it, an alert on it.
import { ActionIcon, Menu } from '@mantine/core';
import { IconBell, IconChartBar, IconDots, IconDownload, IconLink, IconTable } from '@tabler/icons-react';
import { useNavigate, useSearchParams } from 'react-router';
import { chartCsv } from '../charts/csv.ts';
import { monitorHref, type Watched } from '../url/monitor-on.ts';
import { searchWith } from '../url/use-filters.ts';
import { download } from './download.ts';
import { notify } from './notify.ts';
import type { TimeChartProps } from './time-chart.tsx';

export function ChartMenu({
  id,
  label,
  unit,
  filters,
  window,
  points,
  series,
  alertHref,
  watched,
  asTable,
}: Pick<
  TimeChartProps,
  'id' | 'label' | 'unit' | 'filters' | 'window' | 'points' | 'series' | 'alertHref' | 'watched'
> & {
  asTable: boolean;
}) {
  const [, setSearch] = useSearchParams();
  const navigate = useNavigate();
  const alertTo = alertHref ?? (watched && monitorHref(filters, watched, seenOf(watched, points, series)));
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
      notify({ message: 'Link copied' });
    } catch {
      notify({ title: 'This browser lets no page copy here. The link:', message: url, autoClose: false });
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
        <Menu.Item
          leftSection={<IconBell size={14} aria-hidden />}
          disabled={!alertTo}
          onClick={() => alertTo && void navigate(alertTo)}
        >
          Alert on this
          {!alertTo && <span className="menu-why">An alert takes one value of each filter, and no range.</span>}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** All that is drawn of the measure: of a chart of several measures its own line, else every line. */
function seenOf({ measure }: Watched, points: TimeChartProps['points'], series: TimeChartProps['series']): number[] {
  const own = series.filter(({ key }) => key === measure);
  const keys = (own.length > 0 ? own : series).map(({ key }) => key);
  return points.flatMap(({ parts }) => keys.flatMap((key) => parts[key]?.size ?? []));
}
