// Writes into the cache that no call read while they lived, and what they cost for nothing.
import { Group } from '@mantine/core';
import type { CacheGroup } from '@spanledger/collector/contract';
import { useCacheUse } from '../../api/questions.ts';
import { formatShare, formatUsd, picoUsd, sumUsd } from '../../format.ts';
import { DocsLink } from '../../ui/docs-link.tsx';
import { Estimate } from '../../ui/estimate.tsx';
import { Count, Usd } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import { ToCalls } from '../../ui/to-calls.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import { GroupCells, GroupFigure, groupKey, lookedAt } from './group.tsx';

const WHY =
  'Whether a call read what this one wrote cannot be seen from outside. A write counts as read when a later call of the same feature, prompt version and model read at least nine tenths of it while it lived (5 minutes or 1 hour, to ten seconds). That read can have been of another prefix as long, so the true waste is as a rule higher.';
const SHOWN = 20;
/** A call that reads a part can write the rest. */
const WRITING = ['written only', 'read'];

const wasteOf = ({ unread }: CacheGroup) => picoUsd(unread.surchargeUsd ?? '0');

export const UnreadWritesPanel = inTurn(function UnreadWritesPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const question = useCacheUse(filters);
  const wasting = (groups: readonly CacheGroup[]) =>
    groups
      .filter(({ unread }) => unread.writes > 0)
      .toSorted((one, other) => (wasteOf(other) > wasteOf(one) ? 1 : wasteOf(other) < wasteOf(one) ? -1 : 0));
  return (
    <Frame
      title="Writes never read"
      question={question}
      height={240}
      className={className}
      isEmpty={({ groups }) => wasting(groups).length === 0}
      empty="Every write of this window was read while it lived, or nothing was written."
      partial={(answer) => lookedAt(answer, filters.timezone)}
      aside={
        <Group gap="sm">
          <Estimate why={WHY} />
          <DocsLink to="/docs/caching.md#what-to-do">What to do about them</DocsLink>
        </Group>
      }
    >
      {({ groups }) => {
        const all = wasting(groups);
        return (
          <>
            <p className="lead">
              <ToCalls filters={filters} where={narrowed(filters.where, 'cacheUse', WRITING)}>
                <strong data-testid="unread-surcharge">
                  {formatUsd(sumUsd(all.map(({ unread }) => unread.surchargeUsd)))}
                </strong>
              </ToCalls>{' '}
              more was paid for these writes than for the same tokens as plain input.
            </p>
            <ScrollTable label="Writes never read">
              <TableHead
                columns={[
                  'Feature',
                  'Prompt version',
                  ...figures(
                    'Paid for nothing',
                    'Cost of these writes',
                    'Writes never read',
                    'Tokens',
                    'Of all written',
                  ),
                ]}
              />
              <tbody>
                {all.slice(0, SHOWN).map((group) => {
                  const written = group.write5mTokens + group.write1hTokens;
                  return (
                    <tr
                      key={groupKey(group)}
                      data-testid="unread-writes"
                      data-key={groupKey(group)}
                      data-value={group.unread.costUsd ?? 'unknown'}
                    >
                      <GroupCells group={group} filters={filters} />
                      <GroupFigure {...{ group, filters }} className="strong">
                        <Usd value={group.unread.surchargeUsd} />
                      </GroupFigure>
                      <GroupFigure {...{ group, filters }}>
                        <Usd value={group.unread.costUsd} />
                      </GroupFigure>
                      <GroupFigure {...{ group, filters }}>
                        <Count value={group.unread.writes} />
                      </GroupFigure>
                      <GroupFigure {...{ group, filters }}>
                        <Count value={group.unread.tokens} />
                      </GroupFigure>
                      <GroupFigure {...{ group, filters }} className="figure">
                        {written === 0 ? '–' : formatShare(group.unread.tokens / written)}
                      </GroupFigure>
                    </tr>
                  );
                })}
              </tbody>
            </ScrollTable>
            <p className="how">{WHY} Writes whose time goes beyond the window are not judged.</p>
          </>
        );
      }}
    </Frame>
  );
});
