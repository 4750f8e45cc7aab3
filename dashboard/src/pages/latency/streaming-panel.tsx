// Calls that stream and calls that do not, apart: who waits for a whole answer waits longer than who reads along.
import { LATENCY_BANDS } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { formatCalls, formatShare } from '../../format.ts';
import { Count } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { numberOf, textOf } from '../../ui/rows.ts';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import { callsOrdered, searchWith } from '../../url/use-filters.ts';
import { Duration, Speed } from './by-panel.tsx';
import { bandPlace } from './heat.ts';
import { TEN_SECONDS_MS } from './ten-seconds.ts';

const MEASURES = [
  'calls',
  'p50LatencyMs',
  'p95LatencyMs',
  'p50TtftMs',
  'p95TtftMs',
  'p50OutputTokensPerSecond',
] as const;
const CALLS = ['calls'] as const;
const TEN = LATENCY_BANDS.findIndex(({ from }) => from === TEN_SECONDS_MS);
const KINDS = [
  { value: 'yes', name: 'Streaming' },
  { value: 'no', name: 'Not streaming' },
  { value: '', name: 'Not told' },
] as const;

export const StreamingPanel = inTurn(function StreamingPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const question = useMetrics(filters, { measures: MEASURES, by: ['streaming'] });
  const bands = useMetrics(filters, { measures: CALLS, by: ['streaming', 'latency'] });
  const slowOf = (kind: string) =>
    bands.data?.rows
      .filter(
        (row) => (textOf(row, 'streaming') ?? '') === kind && (bandPlace(textOf(row, 'latency') ?? '') ?? -1) >= TEN,
      )
      .reduce((sum, row) => sum + (numberOf(row, 'calls') ?? 0), 0);
  return (
    <Frame
      title="Streaming and not"
      question={question}
      height={170}
      className={className}
      isEmpty={({ rows }) => rows.length === 0}
    >
      {({ rows }) => (
        <ScrollTable label="Latency of calls that stream and of calls that do not">
          <TableHead
            columns={[
              'Calls',
              ...figures('Number', 'Median', 'P95', 'First token', 'First token P95', 'Tokens / s', '10 s or more'),
            ]}
          />
          <tbody>
            {KINDS.flatMap(({ value, name }) => {
              const row = rows.find((one) => (textOf(one, 'streaming') ?? '') === value);
              if (!row) return [];
              const calls = numberOf(row, 'calls') ?? 0;
              const where = narrowed(filters.where, 'streaming', [value]);
              const own = { ...filters, where };
              const [slowest, latest] = [callsOrdered(own, 'durationMs'), callsOrdered(own, 'ttftMs')];
              const [slow, speed] = [slowOf(value), numberOf(row, 'p50OutputTokensPerSecond')];
              return [
                <tr key={value} data-testid="streaming" data-key={value} data-value={calls}>
                  <th scope="row">{name}</th>
                  <td className="right">
                    <Link to={`/calls${searchWith(filters, { where })}`}>
                      <Count value={calls} />
                      <span className="visually-hidden"> calls, {name}</span>
                    </Link>
                  </td>
                  <Duration ms={numberOf(row, 'p50LatencyMs')} to={slowest} />
                  <Duration ms={numberOf(row, 'p95LatencyMs')} to={slowest} />
                  <Duration ms={numberOf(row, 'p50TtftMs')} to={latest} />
                  <Duration ms={numberOf(row, 'p95TtftMs')} to={latest} />
                  <Speed tokensPerSecond={speed} to={callsOrdered(own, 'outputTokens')} />
                  <td className="right figure">
                    {slow === undefined ? (
                      '…'
                    ) : (
                      <Link to={`/calls${searchWith(filters, { where: narrowed(where, 'latency', SLOW_BANDS) })}`}>
                        {formatShare(calls === 0 ? null : slow / calls)}
                        <span className="visually-hidden">
                          , {name}, 10 s or more: {formatCalls(slow)}
                        </span>
                      </Link>
                    )}
                  </td>
                </tr>,
              ];
            })}
          </tbody>
        </ScrollTable>
      )}
    </Frame>
  );
});

const SLOW_BANDS = LATENCY_BANDS.slice(TEN).map(({ value }) => value);
