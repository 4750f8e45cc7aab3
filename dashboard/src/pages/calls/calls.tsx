// Every call of the window under the filters, in an order, page by page.
import { Button, SegmentedControl } from '@mantine/core';
import { CALL_ORDERS, type CallsQuery } from '@spanledger/collector/contract';
import { useSearchParams } from 'react-router';
import { useCalls } from '../../api/questions.ts';
import { formatCount } from '../../format.ts';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Frame, wordsOf } from '../../ui/frame.tsx';
import { useFilters } from '../../url/use-filters.ts';
import { CallsTotal } from './calls-total.tsx';
import { CallsTable } from './calls-table.tsx';

type Order = CallsQuery['order'];
const ORDER_WORDS: Record<Order, string> = {
  startedAt: 'Newest',
  costUsd: 'Costliest',
  durationMs: 'Slowest',
  outputTokens: 'Longest',
};

export function Calls() {
  const [filters] = useFilters();
  const [search, setSearch] = useSearchParams();
  const asked = search.get('order') as Order | null;
  const order = asked && CALL_ORDERS.includes(asked) ? asked : 'startedAt';
  const question = useCalls(filters, order);
  return (
    <>
      <h1 className="visually-hidden">Calls</h1>
      <FilterBar />
      <Frame
        title="Calls"
        question={question}
        height={520}
        isEmpty={({ pages }) => pages.every(({ calls }) => calls.length === 0)}
        empty="No calls in this window. Choose a longer one, or take a filter away."
        aside={
          <SegmentedControl
            size="xs"
            aria-label="Order"
            value={order}
            onChange={(next) =>
              setSearch((now) => {
                const changed = new URLSearchParams(now);
                if (next === 'startedAt') changed.delete('order');
                else changed.set('order', next);
                return changed;
              })
            }
            data={CALL_ORDERS.map((name) => ({ value: name, label: ORDER_WORDS[name] }))}
          />
        }
      >
        {({ pages }) => {
          const calls = [...new Map(pages.flatMap((page) => page.calls).map((call) => [call.callId, call])).values()];
          return (
            <>
              <CallsTotal filters={filters} />
              <CallsTable calls={calls} timezone={filters.timezone} label="Calls" />
              <div className="more">
                <span className="is-muted">{formatCount(calls.length)} shown</span>
                {question.hasNextPage ? (
                  <Button
                    variant="default"
                    size="xs"
                    loading={question.isFetchingNextPage}
                    onClick={() => void question.fetchNextPage()}
                  >
                    Load more
                  </Button>
                ) : (
                  <span className="is-muted">That is all of this window.</span>
                )}
                {question.isFetchNextPageError && question.error && (
                  <span className="is-bad" role="alert">
                    {wordsOf(question.error)}
                  </span>
                )}
              </div>
            </>
          );
        }}
      </Frame>
    </>
  );
}
