// Every call of the window under the filters: a list to scroll through, with a call open beside it.
import './calls.css';
import { Select } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { CALL_ORDERS } from '@spanledger/collector/contract';
import { useMemo, useState } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { useCalls } from '../../api/questions.ts';
import { fetched } from '../../first/fetched.tsx';
import { FilterBar } from '../../ui/controls.tsx';
import { Frame, Waiting } from '../../ui/frame.tsx';
import { NoCalls } from '../../ui/no-calls.tsx';
import { PageName } from '../../ui/page-name.tsx';
import { useFilters } from '../../url/use-filters.ts';
import { CallsTotal, useCallsTotal } from './calls-total.tsx';
import { type Order, readColumns, writeColumns } from './columns.tsx';
import { CsvButton } from './csv-button.tsx';
import { Following, useFresh } from './following.tsx';
import { ListEnd } from './list-end.tsx';

// Fetched beside the calls themselves, which it has nothing to draw without.
const fetchList = () => import('./call-list.tsx');
fetchList().catch(() => {}); // said where it is drawn
const CallList = fetched(async () => (await fetchList()).CallList, {
  name: 'The list',
  place: () => <Waiting height={480} />,
  isAlone: true,
});
const ColumnsMenu = fetched(async () => (await import('./columns-menu.tsx')).ColumnsMenu, { name: 'The controls' });
const CallDrawer = fetched(async () => (await import('./call-drawer.tsx')).CallDrawer, { name: 'The call' });

const ORDER_WORDS: Record<Order, string> = {
  startedAt: 'Newest first',
  oldest: 'Oldest first',
  costUsd: 'Costliest first',
  durationMs: 'Slowest first',
  ttftMs: 'Latest first token',
  promptTokens: 'Longest prompt',
  outputTokens: 'Longest answer',
};

/** Of a call that was opened out of the list: the list is one step back. */
const BESIDE_LIST = 'beside-list';

export function Calls() {
  const [filters] = useFilters();
  const [search, setSearch] = useSearchParams();
  const phone = useMediaQuery('(max-width: 700px)', false, { getInitialValueInEffect: false });
  const asked = search.get('order') as Order | null;
  const order = asked && CALL_ORDERS.includes(asked) ? asked : 'startedAt';
  const columns = readColumns(search, phone);
  const opened = search.get('call');

  const keepsUp = filters.refresh !== 'off' && filters.range.kind === 'relative' && filters.range.name !== 'last-month';
  const [paused, setPaused] = useState(false);
  const [atTop, setAtTop] = useState(true);
  const following = keepsUp && !paused && atTop && opened === null;
  const question = useCalls(filters, order, following);
  const total = useCallsTotal(filters);
  const calls = useMemo(
    () => [...new Map(question.data?.pages.flatMap((page) => page.calls).map((call) => [call.callId, call])).values()],
    [question.data],
  );
  const fresh = useFresh(calls, following && !question.isPlaceholderData && question.data !== undefined);

  const location = useLocation();
  const navigate = useNavigate();
  const set = (
    name: string,
    value: string | null,
    { replace = false, state }: { replace?: boolean; state?: unknown } = {},
  ) =>
    setSearch(
      (now) => {
        const next = new URLSearchParams(now);
        if (value === null) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { preventScrollReset: true, replace, state },
    );
  // A second click on the time is the other way round, on another head the usual order again.
  const setOrder = (next: Order) => {
    const other = next === 'startedAt' && order === 'startedAt' ? 'oldest' : next === order ? 'startedAt' : next;
    set('order', other === 'startedAt' ? null : other);
  };
  // From call to call one place in the history is enough: Back closes the drawer, and so closing it is going back to the list.
  const isBesideList = location.state === BESIDE_LIST;
  const open = (callId: string) =>
    opened === null
      ? set('call', callId, { state: BESIDE_LIST })
      : set('call', callId, { replace: true, state: location.state });
  const close = () => (isBesideList ? void navigate(-1) : set('call', null, { replace: true }));
  const place = calls.findIndex(({ callId }) => callId === opened);
  const stepTo = (index: number) => {
    const call = place < 0 ? undefined : calls[index];
    return call && (() => open(call.callId));
  };
  const isSame = JSON.stringify([filters.range, filters.where, order]);
  return (
    <>
      <PageName>Calls</PageName>
      <FilterBar />
      <Frame
        title="Calls"
        question={question}
        height={520}
        className="calls-panel"
        isEmpty={() => calls.length === 0}
        empty={<NoCalls />}
        aside={
          <span className="calls-tools">
            {keepsUp && order === 'startedAt' && (
              <Following
                filters={filters}
                following={following}
                paused={paused}
                onPause={setPaused}
                newest={calls[0]?.startedAt ?? null}
                onCatchUp={() => {
                  setPaused(false);
                  setAtTop(true);
                  if (opened !== null) close();
                  document.querySelector('.call-list')?.scrollTo({ top: 0 });
                }}
              />
            )}
            <Select
              size="xs"
              w={150}
              aria-label="Order"
              allowDeselect={false}
              value={order}
              data={CALL_ORDERS.map((name) => ({ value: name, label: ORDER_WORDS[name] }))}
              onChange={(next) => next && set('order', next === 'startedAt' ? null : next)}
            />
            <ColumnsMenu
              columns={columns}
              onChange={(next) => setSearch((now) => writeColumns(now, next, phone), { preventScrollReset: true })}
            />
            <CsvButton filters={filters} order={order} columns={columns} />
          </span>
        }
      >
        {() => (
          <>
            <CallsTotal total={total} filters={filters} />
            <CallList
              key={isSame}
              calls={calls}
              columns={columns}
              order={order}
              onOrder={setOrder}
              timezone={filters.timezone}
              total={total?.calls ?? null}
              fresh={fresh}
              opened={opened}
              onOpen={open}
              onTop={setAtTop}
              onNearEnd={
                question.hasNextPage && !question.isFetching && !question.isFetchNextPageError
                  ? () => void question.fetchNextPage()
                  : undefined
              }
            />
            <ListEnd question={question} shown={calls.length} total={total?.calls ?? null} />
          </>
        )}
      </Frame>
      {opened !== null && (
        <CallDrawer
          callId={opened}
          timezone={filters.timezone}
          onClose={close}
          onNext={stepTo(place + 1)}
          onPrevious={stepTo(place - 1)}
        />
      )}
    </>
  );
}
