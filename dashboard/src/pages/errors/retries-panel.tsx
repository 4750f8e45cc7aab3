// What trying again cost in time: attempts that failed and the waiting after them, by what failed, and the calls that lost most.
import type { RetriesAnswer } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { useMetrics, useRetries } from '../../api/questions.ts';
import { formatCalls, formatCount, formatDuration, formatMinute, formatRetries } from '../../format.ts';
import { Dot } from '../../ui/dot.tsx';
import { Count } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { numberOf } from '../../ui/rows.ts';
import { inTurn } from '../../ui/in-turn.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';
import { failureTitle } from './failure-words.ts';

const SHOWN = 3;
const MEASURES = ['retries'] as const;

export const RetriesPanel = inTurn(function RetriesPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const question = useRetries(filters);
  const retries = numberOf(useMetrics(filters, { measures: MEASURES }).data?.rows[0], 'retries') ?? 0;
  const href = `/calls${searchWith(filters, { where: narrowed(filters.where, 'retried', ['yes']) })}`;
  return (
    <Frame
      title="Trying again"
      question={question}
      height={280}
      className={className}
      isEmpty={({ attempts }) => attempts === 0}
      empty="No call of this window says that it was tried again."
      partial={({ from, lookedFrom, attempts }) =>
        Date.parse(lookedFrom) > Date.parse(from)
          ? `Calls before ${formatMinute(lookedFrom, filters.timezone)} are no longer kept one by one.`
          : numberOnly(retries - attempts)
      }
    >
      {(answer) => (
        <>
          <p className="headline">
            <span className="headline-figure" data-testid="retry-time" data-value={answer.failedMs + answer.waitedMs}>
              <Link to={href}>{formatDuration(answer.failedMs + answer.waitedMs)}</Link>
            </span>
            <span>
              lost in{' '}
              <Link to={href} data-testid="retried-calls" data-value={answer.calls}>
                {formatCalls(answer.calls)}
              </Link>
              :{' '}
              <Link className="to-calls" to={href}>
                {formatDuration(answer.failedMs)} in {formatCount(answer.attempts)}{' '}
                {answer.attempts === 1 ? 'attempt' : 'attempts'} that failed, {formatDuration(answer.waitedMs)} of
                waiting
              </Link>
            </span>
          </p>
          <Causes causes={answer.causes} />
          <Worst worst={answer.worst} timezone={filters.timezone} />
        </>
      )}
    </Frame>
  );
});

/** Why there are fewer attempts here than retries elsewhere; null when there are not. */
function numberOnly(retries: number): string | null {
  if (retries <= 0) return null;
  return `Beside these, ${formatRetries(retries)} ${retries === 1 ? 'is' : 'are'} known by number only: the source of those calls does not tell of single attempts.`;
}

function Causes({ causes }: Pick<RetriesAnswer, 'causes'>) {
  return (
    <ScrollTable label="Attempts that failed, by what failed">
      <TableHead columns={['What failed', ...figures('Attempts', 'Calls', 'In attempts', 'Waiting')]} />
      <tbody>
        {causes.map(({ failure, attempts, calls, failedMs, waitedMs }) => (
          <tr key={failure}>
            <th scope="row">{failureTitle(failure)}</th>
            <td className="right">
              <Count value={attempts} />
            </td>
            <td className="right">
              <Count value={calls} />
            </td>
            <td className="right figure">{formatDuration(failedMs)}</td>
            <td className="right figure">{formatDuration(waitedMs)}</td>
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}

function Worst({ worst, timezone }: Pick<RetriesAnswer, 'worst'> & { timezone: string }) {
  return (
    <>
      <h3 className="sub-head">Calls that lost most</h3>
      <ScrollTable label="Calls that lost most time">
        <tbody>
          {worst.slice(0, SHOWN).map(({ callId, startedAt, feature, attempts, lostMs }) => (
            <tr key={callId}>
              <th scope="row">
                <Link to={`/calls/${encodeURIComponent(callId)}`}>{formatMinute(startedAt, timezone)}</Link>
              </th>
              <td>
                <Dot dimension="feature" value={feature} />
              </td>
              <td className="right">
                <Link to={`/calls/${encodeURIComponent(callId)}`}>
                  {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
                </Link>
              </td>
              <td className="right figure">
                <Link to={`/calls/${encodeURIComponent(callId)}`}>{formatDuration(lostMs)} lost</Link>
              </td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </>
  );
}
