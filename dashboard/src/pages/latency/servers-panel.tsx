// Of calls that Anthropic's servers told of too: what the application waited, how long they took, and the rest between.
import { Link } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { formatCalls } from '../../format.ts';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { numberOf } from '../../ui/rows.ts';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import { callsOrdered, searchWith } from '../../url/use-filters.ts';
import { Duration } from './by-panel.tsx';

const MEASURES = [
  'calls',
  'p50LatencyMs',
  'p95LatencyMs',
  'p50ServerMs',
  'p95ServerMs',
  'p50OutsideMs',
  'p95OutsideMs',
] as const;
const LINES = [
  { name: 'The application waited', p50: 'p50LatencyMs', p95: 'p95LatencyMs' },
  { name: 'Anthropic’s servers took', p50: 'p50ServerMs', p95: 'p95ServerMs' },
  { name: 'Outside: network, queues, retries', p50: 'p50OutsideMs', p95: 'p95OutsideMs' },
] as const;

export const ServersPanel = inTurn(function ServersPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const where = narrowed(filters.where, 'serverTime', ['told']);
  const told = { ...filters, where };
  const question = useMetrics(told, { measures: MEASURES });
  const slowest = callsOrdered(told, 'durationMs');
  return (
    <Frame
      title="Client and server"
      question={question}
      height={170}
      className={className}
      isEmpty={({ rows: [row] }) => !numberOf(row, 'calls')}
      empty={
        <div>
          <p>
            Anthropic’s servers told nothing of these calls. With a telemetry destination in the Console they tell how
            long each took, and the rest of the wait is known.
          </p>
          <Link to="/connect">How to connect it</Link>
        </div>
      }
    >
      {({ rows: [row] }) => (
        <>
          <ScrollTable label="Time at the client and at the servers">
            <TableHead
              columns={[
                {
                  title: (
                    <>
                      <Link
                        to={`/calls${searchWith(told)}`}
                        data-testid="server-told"
                        data-value={numberOf(row, 'calls') ?? 0}
                      >
                        {formatCalls(numberOf(row, 'calls') ?? 0)}
                      </Link>{' '}
                      told by both
                    </>
                  ),
                  className: '',
                },
                ...figures('Median', 'P95'),
              ]}
            />
            <tbody>
              {LINES.map(({ name, p50, p95 }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <Duration ms={numberOf(row, p50)} to={slowest} />
                  <Duration ms={numberOf(row, p95)} to={slowest} />
                </tr>
              ))}
            </tbody>
          </ScrollTable>
          <p className="small is-muted">
            Outside is worked out call by call, so its percentiles are not the difference of those above.
          </p>
        </>
      )}
    </Frame>
  );
});
