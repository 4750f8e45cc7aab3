import { Link } from 'react-router';
import { useLatestCalls } from '../../api/questions.ts';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import type { Filters } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';
import { CallsTable } from '../calls/calls-table.tsx';

export const LatestCallsPanel = inTurn(function LatestCallsPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const question = useLatestCalls(filters, 10);
  return (
    <Frame
      title="Latest calls"
      question={question}
      height={300}
      className={className}
      isEmpty={({ calls }) => calls.length === 0}
      aside={<Link to={`/calls${searchWith(filters)}`}>All calls</Link>}
    >
      {({ calls }) => <CallsTable calls={calls} timezone={filters.timezone} label="Latest calls" />}
    </Frame>
  );
});
