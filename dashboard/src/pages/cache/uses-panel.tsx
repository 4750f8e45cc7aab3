// How long it takes until a prompt is used again, against the lifetimes the cache offers; what lifetime would cost least, the
// hit rate the same calls could have had with it, and what that would have saved.
import { Group } from '@mantine/core';
import { type CacheGroup, GAP_BOUNDS_S } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { useCacheUse } from '../../api/questions.ts';
import { formatCalls, formatCompact, formatShare, picoUsd } from '../../format.ts';
import { DocsLink } from '../../ui/docs-link.tsx';
import { Estimate } from '../../ui/estimate.tsx';
import { Usd } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import type { Filters } from '../../url/filters.ts';
import { GroupCells, GroupFigure, groupKey, groupHref, lookedAt } from './group.tsx';

const WHY =
  'Assumes that every call which began before the last use would have expired (5 minutes or 1 hour after it) could have read the stable part of the prompt, and that all others wrote it; at the prices of now, standard speed.';
const SHOWN = 20;
const STRETCHES = ['< 10 s', '10–60 s', '1–5 min', '5–15 min', '15–60 min', '1–4 h', '4–24 h', '> 1 day'] as const;
const LIFETIME_WORDS = { '5m': '5 min', '1h': '1 h', none: 'no cache' } as const;

const gainOf = ({ attainableSavingsUsd }: CacheGroup) => picoUsd(attainableSavingsUsd ?? '0');

export const UsesPanel = inTurn(function UsesPanel({ filters, className }: { filters: Filters; className: string }) {
  const question = useCacheUse(filters);
  return (
    <Frame
      title="Time between uses, and the lifetime that fits"
      question={question}
      height={300}
      className={className}
      isEmpty={({ groups }) => groups.length === 0}
      empty="No call of this window says what its prompt was made of."
      partial={(answer) => lookedAt(answer, filters.timezone)}
      aside={
        <Group gap="sm">
          <Estimate why={WHY} />
          <DocsLink to="/docs/caching.md#what-each-number-says">How this is worked out</DocsLink>
        </Group>
      }
    >
      {({ groups }) => (
        <>
          <ScrollTable label="Time between uses by prompt">
            <TableHead
              columns={[
                'Feature',
                'Prompt version',
                'Lifetime',
                'Time between uses',
                ...figures('Within 5 min', 'Within 1 h', 'Hit rate', 'Could be', 'Would have saved'),
              ]}
            />
            <tbody>
              {groups
                .toSorted((one, other) => (gainOf(other) > gainOf(one) ? 1 : gainOf(other) < gainOf(one) ? -1 : 0))
                .slice(0, SHOWN)
                .map((group) => (
                  <UsesRow key={groupKey(group)} group={group} filters={filters} />
                ))}
            </tbody>
          </ScrollTable>
          <p className="how">
            {WHY} The stable part is what nine in ten of the calls that cached anything had cached at least. Under each
            share stands the one from which a cache of that lifetime pays, by the model&rsquo;s price card: a write
            costs more than input and each read less.
          </p>
        </>
      )}
    </Frame>
  );
});

function UsesRow({ group, filters }: { group: CacheGroup; filters: Filters }) {
  const uses = group.gaps.reduce((sum, count) => sum + count, 0);
  return (
    <tr data-testid="cache-uses" data-key={groupKey(group)} data-value={group.advice ?? 'unknown'}>
      <GroupCells group={group} filters={filters} />
      <td>
        <Advice group={group} filters={filters} />
      </td>
      <td>
        <Histogram gaps={group.gaps} />
      </td>
      {(['5m', '1h'] as const).map((ttl) => {
        const breakEven = group.breakEven[ttl];
        const share = uses === 0 ? null : group.within[ttl] / uses;
        return (
          <GroupFigure
            key={ttl}
            {...{ group, filters }}
            under={
              <span className="under break-even">
                {breakEven === null ? 'no price' : `pays from ${formatShare(breakEven)}`}
              </span>
            }
          >
            <span className={`figure ${share !== null && breakEven !== null && share >= breakEven ? 'is-good' : ''}`}>
              {share === null ? 'used once' : formatShare(share)}
            </span>
          </GroupFigure>
        );
      })}
      <GroupFigure {...{ group, filters }} className="figure">
        {group.hitRate === null ? '–' : formatShare(group.hitRate)}
      </GroupFigure>
      <GroupFigure {...{ group, filters }} className="figure">
        {group.attainableHitRate === null ? '–' : formatShare(group.attainableHitRate)}
      </GroupFigure>
      <GroupFigure {...{ group, filters }}>
        {group.attainableSavingsUsd === null ? (
          <span className="is-muted">{group.stableTokens === null ? 'nothing is cached' : 'no price'}</span>
        ) : (
          <Usd value={group.attainableSavingsUsd} />
        )}
      </GroupFigure>
    </tr>
  );
}

function Advice({ group, filters }: { group: CacheGroup; filters: Filters }) {
  const { ttl, advice, stableTokens } = group;
  const now = ttl === null ? 'no cache' : LIFETIME_WORDS[ttl];
  return (
    <>
      {advice === null || advice === (ttl ?? 'none') ? (
        <span className="lifetime">{now}</span>
      ) : (
        <span className="lifetime">
          {now} <span aria-hidden>→</span>
          <span className="visually-hidden"> better: </span>{' '}
          <strong className={advice === 'none' ? 'is-bad' : 'is-good'}>{LIFETIME_WORDS[advice]}</strong>
        </span>
      )}
      <span className="under">
        {stableTokens !== null && (
          <Link to={groupHref(filters, group)}>{formatCompact(stableTokens)} stable tokens</Link>
        )}
      </span>
    </>
  );
}

/** Eight columns; the lines between them are the two lifetimes. */
function Histogram({ gaps }: { gaps: readonly number[] }) {
  const most = Math.max(1, ...gaps);
  const words = gaps
    .map((count, index) => (count > 0 ? `${STRETCHES[index]}: ${formatCalls(count)}` : ''))
    .filter((text) => text !== '')
    .join(', ');
  return (
    <span className="gaps" role="img" aria-label={words === '' ? 'used once' : words}>
      {gaps.map((count, index) => (
        <span
          key={STRETCHES[index]}
          className={isLifetime(index) ? 'gap is-lifetime' : 'gap'}
          title={`${STRETCHES[index]} after the call before: ${formatCalls(count)}`}
        >
          <span style={{ height: `${count === 0 ? 0 : Math.max(6, (count / most) * 100)}%` }} />
        </span>
      ))}
    </span>
  );
}
/** Whether a lifetime ends with that stretch. */
const isLifetime = (index: number) => GAP_BOUNDS_S[index] === 300 || GAP_BOUNDS_S[index] === 3600;
