// All calls under the filters as the text of a CSV, asked for page by page.
import type { CallJson } from '@spanledger/collector/contract';
import { api } from '../../api/api.ts';
import { csvOf } from '../../charts/csv.ts';
import { type Filters, windowOf } from '../../url/filters.ts';
import { columnOf, type ColumnName, type Order } from './columns.tsx';

const MOST_A_PAGE = 500;

/** One window for all pages, so that none is missed and none comes twice. */
export async function readAll(
  { range, where, timezone }: Filters,
  order: Order,
  names: readonly ColumnName[],
  onRead: (calls: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const window = windowOf(range, Date.now(), timezone);
  const columns = names.map(columnOf);
  const lines = [csvOf([['startedAt', 'callId', ...columns.map(({ csv }) => csv)]])];
  const lineOf = (call: CallJson) => [
    call.startedAt,
    call.callId,
    ...columns.map(({ value }) => String(value(call) ?? '')),
  ];
  let calls = 0;
  for (let cursor: string | undefined; ;) {
    const page = await api.calls({ window, where, order, limit: MOST_A_PAGE, cursor }, signal);
    lines.push(csvOf(page.calls.map(lineOf)));
    onRead((calls += page.calls.length));
    if (page.nextCursor === null) return lines.join('');
    cursor = page.nextCursor;
  }
}
