// Latency by the chosen dimension, the slowest first, each against the window before.
import { Link } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { changeOf, formatDimension, formatDuration, formatValue, UNKNOWN } from '../../format.ts';
import { DimensionPicker } from '../../ui/controls.tsx';
import { Dot } from '../../ui/dot.tsx';
import { Change, Count } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { numberOf, textOf } from '../../ui/rows.ts';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import { ToCalls } from '../../ui/to-calls.tsx';
import { type Filters, isCompared, narrowed, toggleWhere } from '../../url/filters.ts';
import { callsOrdered, searchWith } from '../../url/use-filters.ts';
import { TEN_SECONDS_MS } from './ten-seconds.ts';

const MEASURES = ['calls', 'p50LatencyMs', 'p95LatencyMs', 'p99LatencyMs', 'p50TtftMs', 'p95TtftMs'] as const;
const BEFORE = ['p95LatencyMs'] as const;
const SPEED = ['p50OutputTokensPerSecond'] as const;
const SHOWN = 30;

export const ByPanel = inTurn(function ByPanel({ filters, className }: { filters: Filters; className: string }) {
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
                const own = { ...filters, where: narrowed(filters.where, by, [value ?? '']) };
                const [slowest, latest] = [callsOrdered(own, 'durationMs'), callsOrdered(own, 'ttftMs')];
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
                      <Link to={callsOrdered(own, 'startedAt')}>
                        <Count value={numberOf(row, 'calls')} />
                        <span className="visually-hidden"> calls of {name}</span>
                      </Link>
                    </td>
                    <Duration ms={numberOf(row, 'p50LatencyMs')} to={slowest} />
                    <Duration ms={p95} to={slowest} />
                    <td className="right figure">
                      {isCompared(filters) && (
                        <>
                          <span className="is-muted">
                            {was === null || !before.data ? (
                              '–'
                            ) : (
                              <ToCalls filters={own} window={before.data} order="durationMs">
                                {formatDuration(was)}
                              </ToCalls>
                            )}
                          </span>{' '}
                          {p95 !== null && was !== null && <Change change={changeOf(p95, was)} good="down" />}
                        </>
                      )}
                    </td>
                    <Duration ms={numberOf(row, 'p99LatencyMs')} to={slowest} />
                    <Duration ms={numberOf(row, 'p50TtftMs')} to={latest} />
                    <Duration ms={numberOf(row, 'p95TtftMs')} to={latest} />
                    <Speed tokensPerSecond={speed} to={callsOrdered(own, 'outputTokens')} />
                  </tr>
                );
              })}
          </tbody>
        </ScrollTable>
      )}
    </Frame>
  );
});

/** Unknown where nobody told: whoever does not stream has no first token. */
export function Duration({ ms, to }: { ms: number | null; to: string }) {
  return (
    <td className={`right figure ${ms !== null && ms >= TEN_SECONDS_MS ? 'is-warn' : ''}`}>
      {ms === null ? <Unknown /> : <Link to={to}>{formatDuration(ms)}</Link>}
    </td>
  );
}

export function Speed({ tokensPerSecond, to }: { tokensPerSecond: number | null; to: string }) {
  return (
    <td className="right figure">
      {tokensPerSecond === null ? (
        <Unknown />
      ) : (
        <Link to={to}>{tokensPerSecond.toFixed(tokensPerSecond < 10 ? 1 : 0)}</Link>
      )}
    </td>
  );
}

const Unknown = () => <span className="is-unknown">{UNKNOWN}</span>;
