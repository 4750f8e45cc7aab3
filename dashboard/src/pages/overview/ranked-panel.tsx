// Calls by the values of a dimension, most frequent first: why answers ended, and what went wrong.
import type { Dimension } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { formatShare, formatValue } from '../../format.ts';
import { palette } from '../../theme/palette.ts';
import { Count } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { ToCalls } from '../../ui/to-calls.tsx';
import { type Filters, narrowed, toggleWhere } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';
import { numberOf, textOf } from '../../ui/rows.ts';

const MEASURES = ['calls'] as const;
const BY = { stopReason: ['stopReason'], errorType: ['errorType'] } as const;

interface RankedPanelProps {
  filters: Filters;
  title: string;
  dimension: Dimension & keyof typeof BY;
  testId: string;
  /** What calls without a value are called; null leaves them out. */
  unset: string | null;
  empty: string;
  /** Of the bar of a value. */
  colourOf: (value: string) => string;
}

function RankedPanel({ filters, title, dimension, testId, unset, empty, colourOf }: RankedPanelProps) {
  const question = useMetrics(filters, { measures: MEASURES, by: BY[dimension] });
  const named = (rows: readonly Parameters<typeof textOf>[0][]) =>
    rows.filter((row) => unset !== null || (textOf(row, dimension) ?? '') !== '');
  return (
    <Frame
      title={title}
      question={question}
      height={120}
      isEmpty={({ rows }) => named(rows).length === 0}
      empty={empty}
    >
      {({ rows }) => {
        // Shares are of all calls, also where those without a value are not listed; bars are measured by the longest.
        const calls = rows.reduce((sum, row) => sum + (numberOf(row, 'calls') ?? 0), 0);
        const ranked = named(rows).toSorted(
          (one, other) => (numberOf(other, 'calls') ?? 0) - (numberOf(one, 'calls') ?? 0),
        );
        const most = Math.max(1, numberOf(ranked[0] ?? {}, 'calls') ?? 0);
        return (
          <ul className="ranked">
            {ranked.slice(0, 12).map((row) => {
              const value = textOf(row, dimension) ?? '';
              const own = numberOf(row, 'calls') ?? 0;
              const share = calls === 0 ? null : own / calls;
              return (
                <li key={value} data-testid={testId} data-key={value} data-value={own}>
                  <Link to={searchWith(toggleWhere(filters, { dimension, value })) || '?'} preventScrollReset>
                    <span className={value === '' ? 'name is-unknown' : 'name'}>{value === '' ? unset : value}</span>
                    <span className="visually-hidden">: filter by {formatValue(value)}</span>
                  </Link>
                  <ToCalls filters={filters} where={narrowed(filters.where, dimension, [value])} className="figure">
                    <Count value={own} /> <span className="is-muted">{formatShare(share)}</span>
                    <span className="visually-hidden"> of the calls: {formatValue(value)}</span>
                  </ToCalls>
                  <span
                    className="ranked-bar"
                    style={{ width: `${(own / most) * 100}%`, background: colourOf(value) }}
                    aria-hidden
                  />
                </li>
              );
            })}
          </ul>
        );
      }}
    </Frame>
  );
}

export const StopReasonsPanel = inTurn(function StopReasonsPanel({ filters }: { filters: Filters }) {
  return (
    <RankedPanel
      filters={filters}
      title="Stop reasons"
      dimension="stopReason"
      testId="stop-reason"
      unset="none (no whole answer)"
      empty="No calls in this window."
      colourOf={(value) => palette.colourOf('stopReason', value)}
    />
  );
});

export const ErrorTypesPanel = inTurn(function ErrorTypesPanel({ filters }: { filters: Filters }) {
  return (
    <RankedPanel
      filters={filters}
      title="Errors"
      dimension="errorType"
      testId="error-type"
      unset={null}
      empty="No call failed in this window."
      colourOf={() => 'var(--sl-bad)'}
    />
  );
});
