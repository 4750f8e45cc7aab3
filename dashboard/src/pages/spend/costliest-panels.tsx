// The most expensive calls and conversations of the window.
import { Link } from 'react-router';
import { useMetrics, useTopCalls } from '../../api/questions.ts';
import { divideUsd } from '../../format.ts';
import { Dot } from '../../ui/dot.tsx';
import { AtLeast, Count, Usd } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { numberOf, textOf } from '../../ui/rows.ts';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import { callsOrdered, searchWith } from '../../url/use-filters.ts';
import { CallsTable } from '../calls/calls-table.tsx';

const SHOWN = 10;

export const CostliestCallsPanel = inTurn(function CostliestCallsPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const question = useTopCalls(filters, 'costUsd', SHOWN);
  return (
    <Frame
      title="Most expensive calls"
      question={question}
      height={300}
      className={className}
      isEmpty={({ calls }) => calls.length === 0}
      aside={<Link to={callsOrdered(filters, 'costUsd')}>All calls by cost</Link>}
    >
      {({ calls }) => <CallsTable calls={calls} timezone={filters.timezone} label="Most expensive calls" />}
    </Frame>
  );
});

const MEASURES = ['costUsd', 'calls', 'unpricedCalls'] as const;
const BY = ['conversationId', 'feature'] as const;

export const CostliestConversationsPanel = inTurn(function CostliestConversationsPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const question = useMetrics(filters, { measures: MEASURES, by: BY });
  return (
    <Frame
      title="Most expensive conversations"
      question={question}
      height={300}
      className={className}
      isEmpty={({ rows }) => rows.every((row) => textOf(row, 'conversationId') === null)}
      empty="No call of this window names a conversation."
    >
      {({ rows }) => (
        <ScrollTable label="Most expensive conversations">
          <TableHead columns={['Conversation', 'Feature', ...figures('Cost', 'Calls', 'Cost / call')]} />
          <tbody>
            {rows
              .filter((row) => textOf(row, 'conversationId') !== null && textOf(row, 'costUsd') !== null)
              .toSorted((one, other) => Number(textOf(other, 'costUsd')) - Number(textOf(one, 'costUsd')))
              .slice(0, SHOWN)
              .map((row) => {
                const id = textOf(row, 'conversationId') ?? '';
                const feature = textOf(row, 'feature');
                const [calls, unpriced] = [numberOf(row, 'calls') ?? 0, numberOf(row, 'unpricedCalls') ?? 0];
                const where = narrowed(narrowed(filters.where, 'conversationId', [id]), 'feature', [feature ?? '']);
                const href = `/calls${searchWith(filters, { where })}`;
                return (
                  <tr key={`${id} ${feature}`}>
                    <th scope="row">
                      <Link to={href} className="name">
                        {id}
                      </Link>
                    </th>
                    <td>
                      <Dot dimension="feature" value={feature} />
                    </td>
                    <td className="right">
                      <Link to={href}>
                        <Usd value={textOf(row, 'costUsd')} unpriced={unpriced} />
                      </Link>
                      <AtLeast usd={textOf(row, 'costUsd')} unpriced={unpriced} />
                    </td>
                    <td className="right">
                      <Link to={href}>
                        <Count value={calls} />
                      </Link>
                    </td>
                    <td className="right">
                      <Link to={href}>
                        <Usd value={divideUsd(textOf(row, 'costUsd'), calls - unpriced)} />
                      </Link>
                    </td>
                  </tr>
                );
              })}
          </tbody>
        </ScrollTable>
      )}
    </Frame>
  );
});
