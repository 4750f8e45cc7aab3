// Which columns the list has and in what order. What there is to pick from is fetched when it is first opened.
import { Button, Popover } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { fetched } from '../../first/fetched.tsx';
import type { ColumnsProps } from './column-picks.tsx';

const ColumnPicks = fetched(async () => (await import('./column-picks.tsx')).ColumnPicks, {
  name: 'The columns',
  isAlone: true,
});

export function ColumnsMenu(columns: ColumnsProps) {
  return (
    <Popover trapFocus position="bottom-end" shadow="md">
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconColumns3 size={14} aria-hidden />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <ColumnPicks {...columns} />
      </Popover.Dropdown>
    </Popover>
  );
}
