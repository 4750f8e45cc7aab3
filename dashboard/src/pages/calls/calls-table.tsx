// A few calls as lines, for a panel; each leads to its page.
import type { CallJson } from '@spanledger/collector/contract';
import type { MouseEvent } from 'react';
import { Link, useNavigate } from 'react-router';
import { formatDuration, formatInstant } from '../../format.ts';
import { Dot } from '../../ui/dot.tsx';
import { Count, Usd } from '../../ui/figures.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead, wide, wideFigures } from '../../ui/table-head.tsx';
import { Ending } from './ending.tsx';

export function CallsTable({
  calls,
  timezone,
  label,
}: {
  calls: readonly CallJson[];
  timezone: string;
  label: string;
}) {
  return (
    <ScrollTable label={label}>
      <TableHead
        columns={[
          'Time',
          'Feature',
          ...wide('Model'),
          ...figures('Cost'),
          ...wideFigures('In', 'Cached', 'Out'),
          ...figures('Duration'),
          'Ended',
          'User',
        ]}
      />
      <tbody>
        {calls.map((call) => (
          <CallLine key={call.callId} call={call} timezone={timezone} />
        ))}
      </tbody>
    </ScrollTable>
  );
}

/** A click anywhere on it opens the call; a reader by keyboard has its time as the link. */
function CallLine({ call, timezone }: { call: CallJson; timezone: string }) {
  const navigate = useNavigate();
  const href = `/calls/${encodeURIComponent(call.callId)}`;
  const open = (event: MouseEvent) => {
    const isOwn = event.target instanceof Element && event.target.closest('a');
    if (isOwn || event.metaKey || event.ctrlKey || event.shiftKey || window.getSelection()?.toString()) return;
    void navigate(href);
  };
  return (
    <tr data-testid="call-row" data-key={call.callId} onClick={open}>
      <th scope="row" className="nowrap">
        <Link to={href}>{formatInstant(call.startedAt, timezone)}</Link>
      </th>
      <td>
        <Dot dimension="feature" value={call.feature} />
      </td>
      <td className="wide">
        <Model name={call.model ?? call.requestModel} />
      </td>
      <td className="right">
        <span title={call.unpricedReason ?? undefined}>
          <Usd value={call.costUsd} />
        </span>
      </td>
      <td className="right wide">
        <Count value={call.usage.inputTokens} />
      </td>
      <td className="right wide">
        <Count value={call.usage.cacheReadTokens} />
      </td>
      <td className="right wide">
        <Count value={call.usage.outputTokens} />
      </td>
      <td className="right figure">{formatDuration(call.durationMs)}</td>
      <td>
        <Ending call={call} />
      </td>
      <td className="is-muted clip" title={call.userId ?? undefined}>
        {call.userId ?? '–'}
      </td>
    </tr>
  );
}

function Model({ name }: { name: string | null }) {
  if (name === null) return <span className="is-unknown">unknown</span>;
  return (
    <span className="name" title={name}>
      {name}
    </span>
  );
}
