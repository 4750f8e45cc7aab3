// All calls under the filters as a CSV, also those not scrolled to: asked for page by page, with the count of what is there.
import { Button } from '@mantine/core';

import { IconDownload, IconX } from '@tabler/icons-react';
import type { CallJson } from '@spanledger/collector/contract';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/api.ts';
import { csvOf } from '../../charts/csv.ts';
import { formatCount } from '../../format.ts';
import { download } from '../../ui/download.ts';
import { notify } from '../../ui/notify.ts';
import { wordsOf } from '../../ui/frame.tsx';
import { type Filters, windowOf } from '../../url/filters.ts';
import { columnOf, type ColumnName, type Order } from './columns.tsx';

const MOST_A_PAGE = 500;

export function CsvButton({
  filters,
  order,
  columns,
}: {
  filters: Filters;
  order: Order;
  columns: readonly ColumnName[];
}) {
  const [read, setRead] = useState<number | null>(null);
  const reading = useRef<AbortController | null>(null);
  useEffect(() => () => reading.current?.abort(), []);
  const stop = () => {
    reading.current?.abort();
    setRead(null);
  };
  const start = async () => {
    const abort = (reading.current = new AbortController());
    setRead(0);
    try {
      const text = await readAll(filters, order, columns, setRead, abort.signal);
      download('calls.csv', 'text/csv', text);
    } catch (error) {
      if (abort.signal.aborted) return;
      notify({ color: 'red', message: error instanceof Error ? wordsOf(error) : String(error) });
    }
    setRead(null);
  };
  return read === null ? (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconDownload size={14} aria-hidden />}
      onClick={() => void start()}
    >
      CSV
    </Button>
  ) : (
    <Button size="xs" variant="default" leftSection={<IconX size={14} aria-hidden />} onClick={stop}>
      {formatCount(read)} read, stop
    </Button>
  );
}

/** One window for all pages, so that none is missed and none comes twice. */
async function readAll(
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
