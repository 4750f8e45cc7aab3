// A group of calls that share a prompt, as far as can be seen from outside: its name, its calls, and what was looked at.
import type { CacheAnswer, CacheGroup } from '@spanledger/collector/contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { formatMinute } from '../../format.ts';
import { Dot } from '../../ui/dot.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';

/** How the cache was used, as /api/metrics says it. */
export const CACHE_MEASURES = [
  'calls',
  'cacheHitRate',
  'cacheSavingsUsd',
  'cacheReadTokens',
  'cacheReadUsd',
  'cacheWrite5mTokens',
  'cacheWrite5mUsd',
  'cacheWrite1hTokens',
  'cacheWrite1hUsd',
] as const;

type GroupName = Pick<CacheGroup, 'feature' | 'promptVersion'> & Partial<Pick<CacheGroup, 'model'>>;

export const groupKey = ({ feature, promptVersion, model }: GroupName): string =>
  [feature, promptVersion, model].map((value) => value ?? '').join(' ');

/** The calls of a group, under the filters of the page. */
export function groupHref(filters: Filters, { feature, promptVersion, model }: GroupName): string {
  let where = narrowed(filters.where, 'feature', [feature ?? '']);
  where = narrowed(where, 'promptVersion', [promptVersion ?? '']);
  if (model !== undefined) where = narrowed(where, 'model', [model ?? '']);
  return `/calls${searchWith(filters, { where })}`;
}

/** A figure about the calls of a group, in a column of figures. */
export function GroupFigure({
  group,
  filters,
  className = '',
  under,
  children,
}: {
  group: CacheGroup;
  filters: Filters;
  className?: string;
  under?: ReactNode;
  children: ReactNode;
}) {
  return (
    <td className={`right ${className}`}>
      <Link to={groupHref(filters, group)}>{children}</Link>
      {under}
    </td>
  );
}

export function GroupCells({ group, filters }: { group: CacheGroup; filters: Filters }) {
  return (
    <>
      <th scope="row">
        <Link to={groupHref(filters, group)}>
          <Dot dimension="feature" value={group.feature} />
        </Link>
      </th>
      <td>
        <Dot dimension="promptVersion" value={group.promptVersion} />
        <span className="under name" title={group.model ?? undefined}>
          {group.model ?? 'model not said'}
        </span>
      </td>
    </>
  );
}

/** What of the window an answer is about, where that is not all of it. */
export function lookedAt(answer: CacheAnswer, timezone: string): string | null {
  const notes = [
    Date.parse(answer.lookedFrom) > Date.parse(answer.from)
      ? `About calls since ${formatMinute(answer.lookedFrom, timezone)}: those before are too many to be looked at one by one, or no longer kept.`
      : '',
    answer.isCut ? `The ${answer.groups.length} prompts with the most tokens are looked at.` : '',
  ].filter((note) => note !== '');
  return notes.length === 0 ? null : notes.join(' ');
}
