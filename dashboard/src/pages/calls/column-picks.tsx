// The columns to pick from: those shown, each movable, then the others.
import { ActionIcon, Button, Checkbox } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { COLUMN_NAMES, columnOf, type ColumnName } from './columns.tsx';

export interface ColumnsProps {
  columns: readonly ColumnName[];
  /** An empty list asks for the usual ones. */
  onChange: (columns: readonly ColumnName[]) => void;
}

export function ColumnPicks({ columns, onChange }: ColumnsProps) {
  const others = COLUMN_NAMES.filter((name) => !columns.includes(name));
  return (
    <>
      <ul className="column-picks" aria-label="Columns">
        {columns.map((name, index) => (
          <li key={name}>
            <Pick name={name} shown onToggle={() => onChange(columns.filter((other) => other !== name))} />
            <Move name={name} by={-1} disabled={index === 0} onMove={() => onChange(moved(columns, index, -1))} />
            <Move
              name={name}
              by={1}
              disabled={index === columns.length - 1}
              onMove={() => onChange(moved(columns, index, 1))}
            />
          </li>
        ))}
        {others.map((name) => (
          <li key={name}>
            <Pick name={name} shown={false} onToggle={() => onChange([...columns, name])} />
          </li>
        ))}
      </ul>
      <Button size="xs" variant="subtle" fullWidth mt={6} onClick={() => onChange([])}>
        The usual columns
      </Button>
    </>
  );
}

function moved(columns: readonly ColumnName[], index: number, by: 1 | -1): ColumnName[] {
  const next = [...columns];
  const [name] = next.splice(index, 1);
  if (name) next.splice(index + by, 0, name);
  return next;
}

function Pick({ name, shown, onToggle }: { name: ColumnName; shown: boolean; onToggle: () => void }) {
  const { head, title } = columnOf(name);
  return <Checkbox size="xs" label={head} title={title} checked={shown} onChange={onToggle} />;
}

function Move({ name, by, disabled, onMove }: { name: ColumnName; by: 1 | -1; disabled: boolean; onMove: () => void }) {
  const Icon = by < 0 ? IconArrowUp : IconArrowDown;
  return (
    <ActionIcon
      size="xs"
      variant="subtle"
      color="gray"
      disabled={disabled}
      aria-label={`Move ${columnOf(name).head} ${by < 0 ? 'up' : 'down'}`}
      onClick={onMove}
    >
      <Icon size={13} aria-hidden />
    </ActionIcon>
  );
}
