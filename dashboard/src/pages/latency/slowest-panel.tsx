// The slowest calls of the window.
import { Link } from 'react-router';
import { useTopCalls } from '../../api/questions.ts';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import type { Filters } from '../../url/filters.ts';
import { callsOrdered } from '../../url/use-filters.ts';
import { CallsTable } from '../calls/calls-table.tsx';

const SHOWN = 10;

export const SlowestPanel = inTurn(function SlowestPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const question = useTopCalls(filters, 'durationMs', SHOWN);
  return (
    <Frame
      title="Slowest calls"
      question={question}
      height={300}
      className={className}
      isEmpty={({ calls }) => calls.length === 0}
      aside={<Link to={callsOrdered(filters, 'durationMs')}>All calls by duration</Link>}
    >
      {({ calls }) => <CallsTable calls={calls} timezone={filters.timezone} label="Slowest calls" />}
    </Frame>
  );
});
