// How much single calls cost: how many there are of each size, and what part of the spend they are.
import { COST_BANDS, type MetricsRow } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { formatValue, ratioUsd, sumUsd } from '../../format.ts';
import { Count, Usd } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { numberOf, textOf } from '../../ui/rows.ts';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { ShareCell } from '../../ui/share-cell.tsx';
import { figures, share, TableHead } from '../../ui/table-head.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';

const MEASURES = ['calls', 'costUsd'] as const;
const BY = ['callCost'] as const;
const ORDER = new Map(COST_BANDS.map(({ value }, index) => [value, index]));
/** Those without a price last. */
const placeOf = (row: MetricsRow): number => ORDER.get(textOf(row, 'callCost') ?? '') ?? COST_BANDS.length;

export const CallCostsPanel = inTurn(function CallCostsPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const question = useMetrics(filters, { measures: MEASURES, by: BY });
  return (
    <Frame
      title="Calls by what they cost"
      question={question}
      height={300}
      className={className}
      isEmpty={({ rows }) => rows.length === 0}
    >
      {({ rows }) => {
        const calls = rows.reduce((sum, row) => sum + (numberOf(row, 'calls') ?? 0), 0);
        const spent = sumUsd(rows.map((row) => textOf(row, 'costUsd')));
        return (
          <ScrollTable label="Calls by what they cost">
            <TableHead
              columns={[
                'A call cost',
                ...figures('Calls'),
                share('Share of calls'),
                ...figures('Spend'),
                share('Share of spend'),
              ]}
            />
            <tbody>
              {rows
                .toSorted((one, other) => placeOf(one) - placeOf(other))
                .map((row) => {
                  const band = textOf(row, 'callCost');
                  const own = numberOf(row, 'calls') ?? 0;
                  const cost = textOf(row, 'costUsd');
                  const href = `/calls${searchWith(filters, { where: narrowed(filters.where, 'callCost', [band ?? '']) })}`;
                  return (
                    <tr key={band ?? ''} data-testid="call-cost" data-key={band ?? ''} data-value={own}>
                      <th scope="row">
                        <Link to={href}>
                          {band === null ? <span className="is-unknown">no price</span> : formatValue(band, 'callCost')}
                        </Link>
                      </th>
                      <td className="right">
                        <Link to={href}>
                          <Count value={own} />
                        </Link>
                      </td>
                      <ShareCell share={calls === 0 ? 0 : own / calls} to={href} />
                      <td className="right">
                        <Link to={href}>
                          <Usd value={cost} />
                        </Link>
                      </td>
                      <ShareCell share={ratioUsd(cost, spent)} to={href} />
                    </tr>
                  );
                })}
            </tbody>
          </ScrollTable>
        );
      }}
    </Frame>
  );
});
