// The cache in five figures: hit rate, what it saved net, and what reads and both kinds of writes were and cost.
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import {
  changeOf,
  differenceUsd,
  formatCalls,
  formatCompact,
  formatShare,
  formatUsd,
  formatUsdSigned,
} from '../../format.ts';
import { Change, Usd } from '../../ui/figures.tsx';
import { DocsLink } from '../../ui/docs-link.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { numberOf, textOf } from '../../ui/rows.ts';
import { ToCalls, withoutPrice } from '../../ui/to-calls.tsx';
import { NoCalls } from '../../ui/no-calls.tsx';
import type { Filters } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';
import { CACHE_MEASURES } from './group.tsx';

const MEASURES = [...CACHE_MEASURES, 'unpricedCalls'] as const;
const KINDS = [
  { title: 'Reads', tokens: 'cacheReadTokens', usd: 'cacheReadUsd' },
  { title: '5-minute writes', tokens: 'cacheWrite5mTokens', usd: 'cacheWrite5mUsd' },
  { title: '1-hour writes', tokens: 'cacheWrite1hTokens', usd: 'cacheWrite1hUsd' },
] as const;

export const CacheFiguresPanel = inTurn(function CacheFiguresPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const now = useMetrics(filters, { measures: MEASURES });
  const before = useMetrics(filters, { measures: MEASURES, previous: true }).data?.rows[0];
  const calls = `/calls${searchWith(filters)}`;
  return (
    <Frame
      title="Prompt cache"
      aside={<DocsLink to="/docs/caching.md">How the cache works</DocsLink>}
      question={now}
      height={84}
      className={className}
      isEmpty={({ rows: [row] }) => numberOf(row, 'calls') === 0}
      empty={<NoCalls />}
      partial={({ rows: [row] }) => {
        const unpriced = numberOf(row, 'unpricedCalls') ?? 0;
        return unpriced > 0 ? (
          <>
            <ToCalls filters={filters} where={withoutPrice(filters.where)}>
              {formatCalls(unpriced)}
            </ToCalls>{' '}
            without a known price {unpriced === 1 ? 'is' : 'are'} in no amount here.
          </>
        ) : null;
      }}
    >
      {({ rows: [row] }) => {
        const rate = numberOf(row, 'cacheHitRate');
        const rateBefore = numberOf(before, 'cacheHitRate');
        const savings = textOf(row, 'cacheSavingsUsd');
        const difference = differenceUsd(textOf(before, 'cacheSavingsUsd'), savings);
        return (
          <dl className="cache-figures">
            <Figure
              title="Hit rate"
              note="read tokens of all prompt tokens"
              change={
                before && (
                  <Change change={rate === null || rateBefore === null ? null : rate - rateBefore} good="up" points />
                )
              }
            >
              <Link to={calls} data-testid="cache-hit-rate" data-value={rate ?? 'unknown'}>
                {rate === null ? 'no prompt tokens' : formatShare(rate)}
              </Link>
            </Figure>
            <Figure
              title={savings?.startsWith('-') ? 'Net loss' : 'Net savings'}
              note="against the same tokens as plain input"
              change={
                difference !== null && (
                  <span className={`change ${difference.startsWith('-') ? 'is-bad' : 'is-good'}`}>
                    {formatUsdSigned(difference)} vs before
                  </span>
                )
              }
            >
              <Link
                to={calls}
                className={savings?.startsWith('-') ? 'is-bad' : ''}
                data-testid="cache-savings"
                data-value={savings ?? 'unknown'}
                title={savings ?? undefined}
              >
                {formatUsd(savings)}
              </Link>
            </Figure>
            {KINDS.map(({ title, tokens, usd }) => (
              <Figure
                key={usd}
                title={title}
                note={<ToCalls filters={filters}>{formatCompact(numberOf(row, tokens))} tokens</ToCalls>}
                change={before && <Change change={changeOf(numberOf(row, tokens), numberOf(before, tokens))} />}
              >
                <Link to={calls} data-testid={usd} data-value={textOf(row, usd) ?? 'unknown'}>
                  <Usd value={textOf(row, usd)} />
                </Link>
              </Figure>
            ))}
          </dl>
        );
      }}
    </Frame>
  );
});

function Figure({
  title,
  note,
  change,
  children,
}: {
  title: string;
  note: ReactNode;
  change: ReactNode;
  children: ReactNode;
}) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <span className="headline">
          <span className="headline-figure">{children}</span>
          {change}
        </span>
        <span className="figure-note">{note}</span>
      </dd>
    </div>
  );
}
