// Each feature's prompt versions with their cache: what loses money stands first.
import { Group } from '@mantine/core';
import type { MetricsRow } from '@spanledger/collector/contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { differenceUsd, formatShare, formatUsdSigned, picoUsd } from '../../format.ts';
import { DocsLink } from '../../ui/docs-link.tsx';
import { Dot } from '../../ui/dot.tsx';
import { Change, Count, Usd } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { numberOf, textOf } from '../../ui/rows.ts';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import type { Filters } from '../../url/filters.ts';
import { CACHE_MEASURES, groupHref } from './group.tsx';

const BY = ['feature', 'promptVersion'] as const;
const SHOWN = 50;

const keyOf = (row: MetricsRow) => `${textOf(row, 'feature') ?? ''} ${textOf(row, 'promptVersion') ?? ''}`;
const savingsOf = (row: MetricsRow | undefined) => textOf(row, 'cacheSavingsUsd');
const isLoss = (row: MetricsRow) => savingsOf(row)?.startsWith('-') === true;
const cachedOf = (row: MetricsRow) =>
  (numberOf(row, 'cacheReadTokens') ?? 0) +
  (numberOf(row, 'cacheWrite5mTokens') ?? 0) +
  (numberOf(row, 'cacheWrite1hTokens') ?? 0);

/** The largest loss first, then by what is saved; unknown last. */
function ranked(rows: readonly MetricsRow[]): MetricsRow[] {
  const order = (row: MetricsRow) => (isLoss(row) ? 0 : savingsOf(row) === null ? 2 : 1);
  const size = (row: MetricsRow) => {
    const pico = picoUsd(savingsOf(row) ?? '0');
    return pico < 0n ? -pico : pico;
  };
  return rows.toSorted((one, other) => order(one) - order(other) || (size(other) > size(one) ? 1 : -1));
}

export const VersionsPanel = inTurn(function VersionsPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const question = useMetrics(filters, { measures: CACHE_MEASURES, by: BY });
  const before = useMetrics(filters, { measures: CACHE_MEASURES, by: BY, previous: true }).data?.rows;
  const using = (rows: readonly MetricsRow[]) => rows.filter((row) => cachedOf(row) > 0);
  return (
    <Frame
      title="By feature and prompt version"
      question={question}
      height={300}
      className={className}
      isEmpty={({ rows }) => using(rows).length === 0}
      empty="No call of this window cached anything."
      partial={({ rows }) =>
        using(rows).length > SHOWN ? `The first ${SHOWN} of ${using(rows).length} are shown.` : null
      }
      aside={
        <Group gap="sm">
          <Losses rows={question.data?.rows ?? []} />
          <DocsLink to="/docs/caching.md#what-to-do">Why a cache loses money</DocsLink>
        </Group>
      }
    >
      {({ rows }) => (
        <ScrollTable label="Cache by feature and prompt version">
          <TableHead
            columns={[
              'Feature',
              'Prompt version',
              ...figures('Net savings', 'Hit rate', 'Calls', 'Reads', '5-minute writes', '1-hour writes'),
            ]}
          />
          <tbody>
            {ranked(using(rows))
              .slice(0, SHOWN)
              .map((row) => (
                <VersionRow
                  key={keyOf(row)}
                  row={row}
                  before={before?.find((one) => keyOf(one) === keyOf(row))}
                  compared={before !== undefined}
                  filters={filters}
                />
              ))}
          </tbody>
        </ScrollTable>
      )}
    </Frame>
  );
});

function Losses({ rows }: { rows: readonly MetricsRow[] }) {
  const losses = rows.filter(isLoss).length;
  return losses === 0 ? null : <span className="badge badge-bad">{losses} losing money</span>;
}

function VersionRow({
  row,
  before,
  compared,
  filters,
}: {
  row: MetricsRow;
  before: MetricsRow | undefined;
  compared: boolean;
  filters: Filters;
}) {
  const [feature, promptVersion] = [textOf(row, 'feature'), textOf(row, 'promptVersion')];
  const href = groupHref(filters, { feature, promptVersion });
  const savings = savingsOf(row);
  const difference = differenceUsd(savingsOf(before) ?? null, savings);
  const [rate, rateBefore] = [numberOf(row, 'cacheHitRate'), numberOf(before, 'cacheHitRate')];
  const link = (figure: ReactNode) => <Link to={href}>{figure}</Link>;
  const kind = (tokens: string, usd: string) => (
    <td className="right">
      {(numberOf(row, tokens) ?? 0) === 0 ? (
        <span className="is-muted">–</span>
      ) : (
        link(
          <>
            <Usd value={textOf(row, usd)} />
            <span className="under">
              <Count value={numberOf(row, tokens)} /> tokens
            </span>
          </>,
        )
      )}
    </td>
  );
  return (
    <tr
      data-testid="cache-version"
      data-key={keyOf(row)}
      data-value={savings ?? 'unknown'}
      className={isLoss(row) ? 'is-loss' : ''}
    >
      <th scope="row">
        <Link to={href}>
          <Dot dimension="feature" value={feature} />
        </Link>
      </th>
      <td>
        <Dot dimension="promptVersion" value={promptVersion} />
        {numberOf(row, 'cacheReadTokens') === 0 && (
          <span className="under never-read">written each time, never read: what at its top changes?</span>
        )}
      </td>
      <td className={`right ${isLoss(row) ? 'is-bad strong' : ''}`}>
        {link(<Usd value={savings} />)}
        {compared && (
          <span className="under change">
            {difference === null ? 'not used before' : `${formatUsdSigned(difference)} vs before`}
          </span>
        )}
      </td>
      <td className="right">
        {link(<span className="figure">{formatShare(rate)}</span>)}
        {compared && rate !== null && rateBefore !== null && (
          <span className="under">
            <Change change={rate - rateBefore} good="up" points />
          </span>
        )}
      </td>
      <td className="right">{link(<Count value={numberOf(row, 'calls')} />)}</td>
      {kind('cacheReadTokens', 'cacheReadUsd')}
      {kind('cacheWrite5mTokens', 'cacheWrite5mUsd')}
      {kind('cacheWrite1hTokens', 'cacheWrite1hUsd')}
    </tr>
  );
}
