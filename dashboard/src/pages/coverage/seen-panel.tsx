// Calls by service and workspace: told by the app only, by Anthropic's servers only, by both.
import type { CoverageAnswer } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { formatShare } from '../../format.ts';
import { Dot } from '../../ui/dot.tsx';
import { Count } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import { NoCalls } from '../../ui/no-calls.tsx';
import { DocsLink } from '../../ui/docs-link.tsx';
import { callsLink, type PanelProps } from './panel.ts';

/** The source of what Anthropic's servers tell. */
const SERVER = 'claude-platform';
const MOST_ROWS = 12;

export function SeenPanel({ question, filters, className }: PanelProps) {
  return (
    <Frame
      title="Who told of the calls"
      aside={<DocsLink to="/docs/coverage.md">What this page can see</DocsLink>}
      question={question}
      height={260}
      className={className}
      isEmpty={({ seen }) => seen.length === 0}
      empty={<NoCalls>No calls in this window.</NoCalls>}
      partial={({ seen }) =>
        seen.length > MOST_ROWS ? `${seen.length - MOST_ROWS} more, with fewer calls each.` : null
      }
    >
      {({ seen, sources }) => {
        // What an app tells is believed before what the servers tell, so the source of such a call is the app's.
        const apps = sources.map(({ source }) => source).filter((source) => source !== SERVER);
        return (
          <>
            <p className="is-muted coverage-lead">{leadOf(seen)}</p>
            <div className="seen">
              <ScrollTable label="Who told of the calls">
                <TableHead
                  columns={[
                    'Service and workspace',
                    ...figures('Calls', 'App only', 'Both', 'Server only'),
                    { title: 'Share', className: 'sides-column' },
                  ]}
                />
                <tbody>
                  {seen.slice(0, MOST_ROWS).map((row) => {
                    const of = { service: row.service, workspace: row.workspace };
                    return (
                      <tr
                        key={JSON.stringify([row.service, row.workspace])}
                        data-testid="seen-row"
                        data-key={row.service ?? ''}
                      >
                        <th scope="row">
                          <Link to={callsLink(filters, of)}>
                            <Dot dimension="service" value={row.service} />
                          </Link>
                          {row.workspace !== null && <span className="is-muted small workspace">{row.workspace}</span>}
                        </th>
                        <td className="right">
                          <Link to={callsLink(filters, of)}>
                            <Count value={row.calls} />
                          </Link>
                        </td>
                        <td className="right">
                          <Link to={callsLink(filters, { ...of, source: apps, serverTime: 'not told' })}>
                            <Count value={row.clientOnly} />
                          </Link>
                        </td>
                        <td className="right">
                          <Link to={callsLink(filters, { ...of, source: apps, serverTime: 'told' })}>
                            <Count value={row.both} />
                          </Link>
                        </td>
                        <td className="right">
                          <Link
                            to={callsLink(filters, { ...of, source: SERVER })}
                            className={row.serverOnly === 0 ? undefined : 'is-warn'}
                          >
                            <Count value={row.serverOnly} />
                          </Link>
                        </td>
                        <td className="sides-column">
                          <Sides row={row} />
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </ScrollTable>
            </div>
            <p className="sides-key is-muted" aria-hidden>
              <span className="side side-app" /> app only <span className="side side-both" /> both{' '}
              <span className="side side-server" /> server only
            </p>
          </>
        );
      }}
    </Frame>
  );
}

function Sides({ row }: { row: CoverageAnswer['seen'][number] }) {
  const parts = [
    { side: 'app', count: row.clientOnly, words: 'app only' },
    { side: 'both', count: row.both, words: 'both' },
    { side: 'server', count: row.serverOnly, words: 'server only' },
  ].filter(({ count }) => count > 0);
  const words = parts.map(({ count, words: side }) => `${formatShare(count / row.calls)} ${side}`).join(', ');
  return (
    <span className="sides" role="img" aria-label={words} title={words}>
      {parts.map(({ side, count }) => (
        <span key={side} className={`side-${side}`} style={{ width: `${(count / row.calls) * 100}%` }} />
      ))}
    </span>
  );
}

function leadOf(seen: CoverageAnswer['seen']): string {
  const sum = (side: 'clientOnly' | 'serverOnly' | 'both') => seen.reduce((all, row) => all + row[side], 0);
  if (sum('serverOnly') + sum('both') === 0) {
    return 'Anthropic’s servers tell nothing here: a call that no app tells of would not be seen. A telemetry destination in Anthropic’s console, pointed at this ledger, closes that gap.';
  }
  if (sum('serverOnly') > 0) {
    return 'Calls that only Anthropic’s servers told are made by code that is not instrumented: they have a cost and no feature.';
  }
  return sum('clientOnly') > 0
    ? 'Every call that Anthropic’s servers told was told by an app too.'
    : 'Every call was told from both sides.';
}
