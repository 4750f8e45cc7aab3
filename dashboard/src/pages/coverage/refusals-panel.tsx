// What came and was not simply taken: refused, not kept, another provider's, or taken with a part of it unknown.
import { Link } from 'react-router';
import { formatMinute } from '../../format.ts';
import { Count } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, hidden, TableHead } from '../../ui/table-head.tsx';
import { callLink, type PanelProps, type Refused } from './panel.ts';

const KINDS: Partial<Record<Refused['kind'], { words: string; badge: string }>> = {
  refused: { words: 'refused', badge: 'badge badge-bad' },
  unknown: { words: 'not known', badge: 'badge badge-warn' },
  'odd-count': { words: 'odd count', badge: 'badge badge-warn' },
  trimmed: { words: 'trimmed', badge: 'badge badge-warn' },
  'other-provider': { words: 'not Claude', badge: 'badge' },
  'not-kept': { words: 'not kept', badge: 'badge' },
};
const ORDER = Object.keys(KINDS);

export function RefusalsPanel({ question, filters, className }: PanelProps) {
  const own = (refusals: readonly Refused[]) => refusals.filter(({ kind }) => KINDS[kind] !== undefined);
  return (
    <Frame
      title="Refused, and why"
      question={question}
      height={200}
      className={className}
      aside={<Link to="/explain">Explain a span</Link>}
      isEmpty={({ refusals }) => own(refusals).length === 0}
      empty="Nothing that came in these hours was refused."
    >
      {({ refusals }) => (
        <div className="stacks refusals">
          <ScrollTable label="Refused, and why">
            <TableHead
              columns={[
                'What became of it',
                'Why',
                'From',
                ...figures('Times'),
                'Last seen',
                hidden('A call concerned'),
              ]}
            />
            <tbody>
              {own(refusals)
                .toSorted(
                  (one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) || other.count - one.count,
                )
                .map((row) => (
                  <tr
                    key={JSON.stringify([row.kind, row.signal, row.reason, row.source, row.service])}
                    data-testid="refusal-row"
                    data-key={row.kind}
                  >
                    <td>
                      <span className={KINDS[row.kind]?.badge}>{KINDS[row.kind]?.words}</span>{' '}
                      <span className="is-muted small">{row.signal}</span>
                    </td>
                    <td className="why">
                      {row.reason}
                      {row.example !== '' && (
                        <span className="is-muted small">{row.example.replace(`: ${row.reason}`, '')}</span>
                      )}
                    </td>
                    <td className="why from">
                      {row.service === '' ? <span className="is-unknown">service not said</span> : row.service}
                      {row.source !== '' && <span className="is-muted small">{row.source}</span>}
                    </td>
                    <td className="right">
                      <Count value={row.count} />
                    </td>
                    <td className="last-seen">{formatMinute(row.lastAt, filters.timezone)}</td>
                    <td className="right">
                      {row.exampleCallId !== null && (
                        <Link to={callLink(row.exampleCallId)} className="call-link">
                          a call
                        </Link>
                      )}
                    </td>
                  </tr>
                ))}
            </tbody>
          </ScrollTable>
        </div>
      )}
    </Frame>
  );
}
