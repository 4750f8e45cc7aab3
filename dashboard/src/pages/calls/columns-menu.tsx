// Which columns the list has and in what order. What there is to pick from is fetched when it is first opened.
import { Button, Popover } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import type { ColumnsProps } from './column-picks.tsx';

const ColumnPicks = lazy(async () => ({ default: (await import('./column-picks.tsx')).ColumnPicks }));

export function ColumnsMenu(columns: ColumnsProps) {
  return (
    <Popover trapFocus position="bottom-end" shadow="md">
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconColumns3 size={14} aria-hidden />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Suspense>
          <ColumnPicks {...columns} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
