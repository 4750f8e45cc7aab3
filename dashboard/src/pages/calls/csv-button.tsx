// All calls under the filters as a CSV, also those not scrolled to: asked for page by page, with the count of what is there.
import { Button } from '@mantine/core';

import { IconDownload, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { formatCount } from '../../format.ts';
import { download } from '../../ui/download.ts';
import { notify } from '../../ui/notify.ts';
import { wordsOf } from '../../ui/frame.tsx';
import type { Filters } from '../../url/filters.ts';
import type { ColumnName, Order } from './columns.tsx';

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
      const { readAll } = await import('./read-all.ts');
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
