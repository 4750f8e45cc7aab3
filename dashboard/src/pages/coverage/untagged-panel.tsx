// Calls that no feature is known of, by service, with the line that would say it.
import { ActionIcon, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { Link } from 'react-router';
import { formatCalls, formatShare } from '../../format.ts';
import { Dot } from '../../ui/dot.tsx';
import { AtLeast, Count, Usd } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import { callsLink, type PanelProps } from './panel.ts';

export function UntaggedPanel({ question, filters, className }: PanelProps) {
  return (
    <Frame
      title="Calls without a feature"
      question={question}
      height={160}
      className={className}
      isEmpty={({ untagged }) => untagged.length === 0}
      empty="No call of this window lacks a feature."
    >
      {({ untagged, calls }) => {
        const without = untagged.reduce((sum, row) => sum + row.calls, 0);
        return (
          <>
            <p className="is-muted coverage-lead">
              <Link className="to-calls" to={callsLink(filters, { feature: null })}>
                {formatCalls(without)}, {formatShare(calls === 0 ? null : without / calls)}
              </Link>{' '}
              of the window, {without === 1 ? 'is' : 'are'} nobody’s on the overview. One line each would say whose they
              are.
            </p>
            <div className="stacks untagged">
              <ScrollTable label="Calls without a feature">
                <TableHead
                  columns={['Service', 'Source', ...figures('Calls', 'Cost'), 'The line that would tag them']}
                />
                <tbody>
                  {untagged.map(({ service, source, calls: count, costUsd, unpricedCalls, line, where }) => (
                    <tr key={JSON.stringify([service, source])} data-testid="untagged-row" data-key={service ?? ''}>
                      <th scope="row">
                        <Link to={callsLink(filters, { feature: null, service, source })}>
                          <Dot dimension="service" value={service} />
                        </Link>
                      </th>
                      <td className="source">{source}</td>
                      <td className="right">
                        <Link to={callsLink(filters, { feature: null, service, source })}>
                          <Count value={count} />
                        </Link>
                      </td>
                      <td className="right">
                        <Link to={callsLink(filters, { feature: null, service, source })}>
                          <Usd value={costUsd} unpriced={unpricedCalls} />
                        </Link>
                        <AtLeast usd={costUsd} unpriced={unpricedCalls} />
                      </td>
                      <td className="advice">
                        <CopyLine line={line} />
                        <span className="is-muted small">{where}</span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </ScrollTable>
            </div>
          </>
        );
      }}
    </Frame>
  );
}

function CopyLine({ line }: { line: string }) {
  return (
    <span className="copy-line">
      <code>{line}</code>
      <CopyButton value={line}>
        {({ copied, copy }) => (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={copied ? 'Copied' : 'Copy the line'}
            onClick={copy}
          >
            {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          </ActionIcon>
        )}
      </CopyButton>
    </span>
  );
}
