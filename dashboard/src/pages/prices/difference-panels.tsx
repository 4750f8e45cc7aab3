// What a re-pricing changes: the sum, by day, by feature and by model.
import { useMemo } from 'react';
import type { Differences } from '@spanledger/collector/contract';
import type { TicksFor } from '../../charts/axes.tsx';
import { DifferenceBars } from '../../charts/lazy.tsx';
import {
  changeOf,
  differenceUsd,
  formatCalls,
  formatCount,
  formatDate,
  formatDay,
  formatDimension,
  formatShare,
  formatUsdExact,
  formatUsdSigned,
  formatUsdTick,
} from '../../format.ts';
import { Dot } from '../../ui/dot.tsx';
import { AtLeast, Count, Usd } from '../../ui/figures.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead, wideFigures } from '../../ui/table-head.tsx';
import { ticksOf } from '../../url/ticks.ts';
import { differenceChart, type Part, remainder } from './differences.ts';

export function DifferencePanels({ differences }: { differences: Differences }) {
  const { calls, changedCalls, newlyPricedCalls, byDay, byFeature, byModel } = differences;
  const { beforeUsd, afterUsd, unpricedBefore, unpricedAfter } = differences;
  const points = useMemo(() => differenceChart(byDay), [byDay]);
  const difference = differenceUsd(beforeUsd, afterUsd);
  const change = changeOf(Number(afterUsd), Number(beforeUsd));
  return (
    <>
      <dl className="facts outcome">
        <div>
          <dt>Difference</dt>
          <dd className="headline-figure" data-testid="repricing-difference" data-value={difference ?? 'unknown'}>
            <span title={formatUsdExact(difference)}>{formatUsdSigned(difference)}</span>
            {change !== null && (
              <span className="change">
                {' '}
                {change > 0 ? '+' : change < 0 ? '−' : ''}
                {formatShare(Math.abs(change))}
              </span>
            )}
          </dd>
        </div>
        <div>
          <dt>Before</dt>
          <dd className="headline-figure is-muted" data-testid="repricing-before" data-value={beforeUsd}>
            <Cost usd={beforeUsd} unpriced={unpricedBefore} />
          </dd>
        </div>
        <div>
          <dt>After</dt>
          <dd className="headline-figure" data-testid="repricing-after" data-value={afterUsd}>
            <Cost usd={afterUsd} unpriced={unpricedAfter} />
          </dd>
        </div>
        <div>
          <dt>Changed calls</dt>
          <dd className="headline-figure" data-testid="repricing-calls" data-value={changedCalls}>
            <Count value={changedCalls} /> <span className="change">of {formatCount(calls)}</span>
          </dd>
        </div>
      </dl>
      {newlyPricedCalls > 0 && (
        <p className="note">
          {formatCalls(newlyPricedCalls)} of them had no price before and {newlyPricedCalls === 1 ? 'has' : 'have'} one
          after.
        </p>
      )}
      {points.length > 1 && (
        <>
          <h3 className="part-title">By day</h3>
          <DifferenceBars
            label="Difference in cost by day"
            points={points}
            formatSize={(size) => (size < 0 ? `−${formatUsdTick(-size)}` : formatUsdTick(size))}
            formatAt={(at) => formatDay(at, 'UTC')}
            ticksFor={byDays}
            height={220}
            barTestId="difference-bar"
          />
        </>
      )}
      <div className="outcome-tables">
        {points.length === 1 && <PartsTable by="day" parts={byDay} whole={differences} />}
        <PartsTable by="feature" parts={byFeature} whole={differences} />
        <PartsTable by="model" parts={byModel} whole={differences} />
      </div>
    </>
  );
}

/** A sum, and whether calls without a price are missing in it. */
function Cost({ usd, unpriced = 0 }: { usd: string; unpriced?: number | undefined }) {
  return (
    <>
      <Usd value={usd} unpriced={unpriced} />
      <AtLeast usd={usd} unpriced={unpriced} />
    </>
  );
}

const byDays: TicksFor = (starts, most) => ticksOf(starts, 'day', 'UTC', most);

function PartsTable({
  by,
  parts,
  whole,
}: {
  by: 'day' | 'feature' | 'model';
  parts: readonly Part[];
  whole: Differences;
}) {
  const rest = remainder(parts, whole);
  return (
    <section>
      <h3 className="part-title">By {formatDimension(by)}</h3>
      <ScrollTable label={`Difference by ${by}`}>
        <TableHead
          columns={[
            formatDimension(by),
            ...figures('Changed calls'),
            ...wideFigures('Before'),
            ...figures('After', 'Difference'),
          ]}
        />
        <tbody>
          {parts.map((part) => {
            const difference = differenceUsd(part.beforeUsd, part.afterUsd);
            return (
              <tr
                key={part.key ?? ''}
                data-testid={`difference-by-${by}`}
                data-key={part.key ?? ''}
                data-value={difference ?? 'unknown'}
              >
                <th scope="row">
                  {by === 'day' ? formatDate(part.key ?? '') : <Dot dimension={by} value={part.key} />}
                </th>
                <td className="right">
                  <Count value={part.changedCalls} />
                </td>
                <td className="right wide is-muted">
                  <Cost usd={part.beforeUsd} unpriced={part.unpricedBefore} />
                </td>
                <td className="right">
                  <Cost usd={part.afterUsd} unpriced={part.unpricedAfter} />
                </td>
                <td className="right figure" title={formatUsdExact(difference)}>
                  {formatUsdSigned(difference)}
                </td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          {rest !== null && (
            <tr className="rest">
              <th scope="row">All others</th>
              <td className="right">
                <Count value={rest.changedCalls} />
              </td>
              <td className="right wide">
                <Cost usd={rest.beforeUsd} unpriced={rest.unpricedBefore} />
              </td>
              <td className="right">
                <Cost usd={rest.afterUsd} unpriced={rest.unpricedAfter} />
              </td>
              <td className="right">{formatUsdSigned(differenceUsd(rest.beforeUsd, rest.afterUsd))}</td>
            </tr>
          )}
          <tr>
            <th scope="row">Total</th>
            <td className="right">
              <Count value={whole.changedCalls} />
            </td>
            <td className="right wide">
              <Cost usd={whole.beforeUsd} unpriced={whole.unpricedBefore} />
            </td>
            <td className="right">
              <Cost usd={whole.afterUsd} unpriced={whole.unpricedAfter} />
            </td>
            <td className="right">{formatUsdSigned(differenceUsd(whole.beforeUsd, whole.afterUsd))}</td>
          </tr>
        </tfoot>
      </ScrollTable>
    </section>
  );
}
