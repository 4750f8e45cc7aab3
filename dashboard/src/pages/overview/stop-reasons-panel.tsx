// Why answers ended.
import { Link } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { formatShare, formatValue } from '../../format.ts';
import { palette } from '../../theme/palette.ts';
import { Count } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { type Filters, toggleWhere } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';
import { numberOf, textOf } from './figures.ts';

const MEASURES = ['calls'] as const;
const BY = ['stopReason'] as const;

export function StopReasonsPanel({ filters, className }: { filters: Filters; className: string }) {
  const question = useMetrics(filters, { measures: MEASURES, by: BY });
  return (
    <Frame title="Stop reasons" question={question} height={200} className={className} isEmpty={({ rows }) => rows.length === 0}>
      {({ rows }) => {
        const calls = rows.reduce((sum, row) => sum + (numberOf(row, 'calls') ?? 0), 0);
        return (
          <ul className="ranked">
            {rows
              .toSorted((one, other) => (numberOf(other, 'calls') ?? 0) - (numberOf(one, 'calls') ?? 0))
              .map((row) => {
                const reason = textOf(row, 'stopReason');
                const own = numberOf(row, 'calls') ?? 0;
                return (
                  <li key={reason ?? ''} data-testid="stop-reason" data-key={reason ?? ''} data-value={own}>
                    <Link to={searchWith(toggleWhere(filters, { dimension: 'stopReason', value: reason ?? '' })) || '?'} preventScrollReset>
                      <span className={reason ? 'name' : 'name is-unknown'}>{reason ?? 'none (no answer)'}</span>
                      <span className="figure">
                        <Count value={own} /> <span className="is-muted">{formatShare(calls === 0 ? null : own / calls)}</span>
                      </span>
                      <span className="ranked-bar" style={{ width: `${calls === 0 ? 0 : (own / calls) * 100}%`, background: palette.colourOf('stopReason', reason) }} aria-hidden />
                      <span className="visually-hidden">: filter by {formatValue(reason)}</span>
                    </Link>
                  </li>
                );
              })}
          </ul>
        );
      }}
    </Frame>
  );
}
