// Which calls a budget or a monitor is about: a line for each dimension, none for all calls.
import { ActionIcon, Autocomplete, Button, Group, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type Dimension, DIMENSIONS, type Scope } from '@spanledger/collector/contract';
import type { ReactNode } from 'react';
import { useValues } from '../../api/questions.ts';
import { formatDimension } from '../../format.ts';

export interface ScopeLine {
  key: string;
  dimension: Dimension;
  value: string;
}

export const checkedValue = (value: string): string | null =>
  value.trim() === '' ? 'Choose a value, or remove this line' : null;
export const draftedLines = (lines: readonly Omit<ScopeLine, 'key'>[]): ScopeLine[] =>
  lines.map((line) => ({ key: line.dimension, ...line }));
export const linesOfScope = (scope: Scope): ScopeLine[] =>
  Object.entries(scope).map(([dimension, value]) => ({
    key: dimension,
    dimension: dimension as Dimension,
    value: value ?? '',
  }));
export const scopeOfLines = (lines: readonly ScopeLine[]): Scope =>
  Object.fromEntries(lines.map(({ dimension, value }) => [dimension, value.trim()]));

interface ScopeLinesProps {
  legend: string;
  lines: readonly ScopeLine[];
  errorOf: (index: number) => ReactNode;
  onChange: (lines: ScopeLine[]) => void;
}

export function ScopeLines({ legend, lines, errorOf, onChange }: ScopeLinesProps) {
  const isTaken = (name: Dimension) => lines.some(({ dimension }) => dimension === name);
  const change = (line: ScopeLine, changes: Partial<ScopeLine>) =>
    onChange(lines.map((one) => (one === line ? { ...one, ...changes } : one)));
  const add = () => {
    const free = DIMENSIONS.find((name) => !isTaken(name));
    const key = crypto.getRandomValues(new Uint32Array(2)).join('-');
    if (free) onChange([...lines, { key, dimension: free, value: '' }]);
  };
  return (
    <fieldset className="scope">
      <legend>{legend}</legend>
      {lines.map((line, index) => (
        <Group key={line.key} gap="xs" wrap="nowrap" align="flex-start">
          <Select
            aria-label="Dimension"
            w={150}
            allowDeselect={false}
            data={DIMENSIONS.map((name) => ({
              value: name,
              label: formatDimension(name),
              disabled: name !== line.dimension && isTaken(name),
            }))}
            value={line.dimension}
            onChange={(name) => name && change(line, { dimension: name as Dimension })}
          />
          <ScopeValue line={line} error={errorOf(index)} onChange={(value) => change(line, { value })} />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`Remove ${formatDimension(line.dimension)}`}
            onClick={() => onChange(lines.filter((one) => one !== line))}
          >
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Button variant="default" size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
        Narrow it down
      </Button>
    </fieldset>
  );
}

/** Values of the last 30 days are offered; any other may be typed, since what is watched can be older than its first call. */
function ScopeValue({
  line: { dimension, value },
  error,
  onChange,
}: {
  line: ScopeLine;
  error: ReactNode;
  onChange: (value: string) => void;
}) {
  const [text] = useDebouncedValue(value, 150);
  const values = useValues(dimension, { range: { kind: 'relative', name: '30d' }, timezone: 'UTC' }, text, true);
  return (
    <Autocomplete
      aria-label={`Value of ${formatDimension(dimension)}`}
      placeholder="value"
      style={{ flex: 1 }}
      data={values.data?.flatMap(({ value: known }) => (known ? [known] : [])) ?? []}
      filter={({ options }) => options}
      value={value}
      error={error}
      onChange={onChange}
    />
  );
}
