// Latency by the chosen dimension, the slowest first, each against the window before.
import { Link } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { changeOf, formatDimension, formatDuration, formatValue, UNKNOWN } from '../../format.ts';
import { DimensionPicker } from '../../ui/controls.tsx';
import { Dot } from '../../ui/dot.tsx';
import { Change, Count } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { numberOf, textOf } from '../../ui/rows.ts';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import { type Filters, narrowed, toggleWhere } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';
import { TEN_SECONDS_MS } from './ten-seconds.ts';

const MEASURES = ['calls', 'p50LatencyMs', 'p95LatencyMs', 'p99LatencyMs', 'p50TtftMs', 'p95TtftMs'] as const;
const BEFORE = ['p95LatencyMs'] as const;
const SPEED = ['p50OutputTokensPerSecond'] as const;
const SHOWN = 30;

export function ByPanel({ filters, className }: { filters: Filters; className: string }) {
  const { by } = filters;
  const question = useMetrics(filters, { measures: MEASURES, by: [by] });
  const before = useMetrics(filters, { measures: BEFORE, by: [by], previous: true });
  const speeds = useMetrics(filters, { measures: SPEED, by: [by] });
  const find = (rows: readonly Parameters<typeof textOf>[0][] | undefined, value: string | null) =>
    rows?.find((row) => textOf(row, by) === value);
  return (
    <Frame
      title={`By ${formatDimension(by)}`}
      question={question}
      height={260}
      className={`latency-by ${className}`}
      isEmpty={({ rows }) => rows.length === 0}
      partial={({ rows }) => (rows.length > SHOWN ? `The ${SHOWN} slowest of ${rows.length} are shown.` : null)}
      aside={<DimensionPicker />}
    >
      {({ rows }) => (
        <ScrollTable label={`Latency by ${formatDimension(by)}`}>
          <TableHead
            columns={[
              formatDimension(by),
              ...figures('Calls', 'Median', 'P95', 'P95 before', 'P99', 'First token', 'First token P95', 'Tokens / s'),
            ]}
          />
          <tbody>
            {rows
              .toSorted((one, other) => (numberOf(other, 'p95LatencyMs') ?? -1) - (numberOf(one, 'p95LatencyMs') ?? -1))
              .slice(0, SHOWN)
              .map((row) => {
                const value = textOf(row, by);
                const [name, p95] = [formatValue(value), numberOf(row, 'p95LatencyMs')];
                const was = numberOf(find(before.data?.rows, value), 'p95LatencyMs');
                const speed = numberOf(find(speeds.data?.rows, value), SPEED[0]);
                return (
                  <tr key={value ?? ''} data-testid="latency-by" data-key={value ?? ''} data-value={p95 ?? UNKNOWN}>
                    <th scope="row">
                      <Link
                        to={searchWith(toggleWhere(filters, { dimension: by, value: value ?? '' })) || '?'}
                        preventScrollReset
                        aria-label={`Filter by ${formatDimension(by)} ${name}`}
                      >
                        <Dot dimension={by} value={value} />
                      </Link>
                    </th>
                    <td className="right">
                      <Link to={`/calls${searchWith(filters, { where: narrowed(filters.where, by, [value ?? '']) })}`}>
                        <Count value={numberOf(row, 'calls')} />
                        <span className="visually-hidden"> calls of {name}</span>
                      </Link>
                    </td>
                    <Duration ms={numberOf(row, 'p50LatencyMs')} />
                    <Duration ms={p95} />
                    <td className="right figure">
                      {filters.compare && (
                        <>
                          <span className="is-muted">{was === null ? '–' : formatDuration(was)}</span>{' '}
                          {p95 !== null && was !== null && <Change change={changeOf(p95, was)} good="down" />}
                        </>
                      )}
                    </td>
                    <Duration ms={numberOf(row, 'p99LatencyMs')} />
                    <Duration ms={numberOf(row, 'p50TtftMs')} />
                    <Duration ms={numberOf(row, 'p95TtftMs')} />
                    <td className="right figure">{speed === null ? '–' : speed.toFixed(speed < 10 ? 1 : 0)}</td>
                  </tr>
                );
              })}
          </tbody>
        </ScrollTable>
      )}
    </Frame>
  );
}

/** A dash where nobody told: whoever does not stream has no first token. */
export function Duration({ ms }: { ms: number | null }) {
  return (
    <td className={`right figure ${ms !== null && ms >= TEN_SECONDS_MS ? 'is-warn' : ''}`}>
      {ms === null ? '–' : formatDuration(ms)}
    </td>
  );
}
