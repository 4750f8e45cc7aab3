// The one bar: time range, time zone, filters, comparison, refresh, saved views. Reads and writes the URL, nothing else.
import {
  Button,
  CloseButton,
  Combobox,
  Group,
  Loader,
  Popover,
  SegmentedControl,
  Select,
  Stack,
  TextInput,
  useCombobox,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCalendar, IconFilterPlus } from '@tabler/icons-react';
import { type Dimension, DIMENSIONS, isRangedField, RANGED_FIELDS } from '@spanledger/collector/contract';
import { useCallback, useState } from 'react';
import { useStatus, useValues } from '../api/questions.ts';
import { fetched } from '../first/fetched.tsx';
import { formatCompact, formatDimension, formatMinute, formatStretch, formatValue, formatWanted } from '../format.ts';
import {
  type Filters,
  hasPrevious,
  previousWindow,
  type RangeName,
  RANGES,
  toggleWhere,
  type Where,
  windowOf,
} from '../url/filters.ts';
import { useFilters, useLeftOut } from '../url/use-filters.ts';
import { wordsOf } from './frame.tsx';
import { CompareSwitch, RefreshPicker } from './keep-up.tsx';
import { SavedViews } from './saved-views.tsx';

const RANGE_WORDS: Record<RangeName, string> = {
  '1h': '1 h',
  '24h': '24 h',
  '7d': '7 d',
  mtd: 'Month',
  'last-month': 'Last month',
  '30d': '30 d',
  '90d': '90 d',
};

// Fetched when their popovers open.
const RangeForm = fetched(async () => (await import('./range-form.tsx')).RangeForm, {
  name: 'The form',
  isAlone: true,
});
/** Calendars are heavy, and seldom opened. */
const CustomRangeForm = fetched(async () => (await import('./custom-range-form.tsx')).CustomRangeForm, {
  name: 'The calendar',
  place: () => <Loader size="sm" />,
  isAlone: true,
});

export function FilterBar() {
  return (
    <>
      <Bar />
      <LeftOut />
      <ComparedInPart />
    </>
  );
}

function LeftOut() {
  const parts = useLeftOut();
  if (parts.length === 0) return null;
  return (
    <p className="note note-warn" role="status">
      Not known here and left out of this address: <code>{parts.join(' ')}</code>
    </p>
  );
}

/** A window before that began earlier than the ledger makes all its changes look larger than they are. */
function ComparedInPart() {
  const [{ range, timezone, compare }] = useFilters();
  const { data: status, dataUpdatedAt } = useStatus();
  const firstCallAt = status?.firstCallAt ?? null;
  if (!compare || firstCallAt === null) return null;
  const before = previousWindow(range, windowOf(range, dataUpdatedAt, timezone), timezone);
  if (!hasPrevious(range))
    return (
      <p className="note note-warn bar-note" data-testid="compared-with-nothing">
        The window before would begin in {new Date(before.from).getUTCFullYear()}, further back than can be asked:
        nothing is compared.
      </p>
    );
  const first = Date.parse(firstCallAt);
  if (first - before.from < HOUR || first >= before.to) return null;
  return (
    <p className="note note-warn bar-note" data-testid="compared-in-part" data-value={firstCallAt}>
      The ledger knows calls from {formatMinute(firstCallAt, timezone)} on, and the window before began{' '}
      {formatMinute(before.from, timezone)}: changes compare with that part of it alone.
    </p>
  );
}

/** That the first call came a little after a window began says nothing. */
const HOUR = 3_600_000;

function Bar() {
  const [filters, change] = useFilters();
  return (
    <div className="filter-bar" role="group" aria-label="Time range and filters">
      <RangeControls />
      <span className="filter-rule" aria-hidden />
      {filters.where.map((one) => (
        <span key={`${one.dimension}:${one.value}`} className="chip">
          <span className="chip-dimension">{formatDimension(one.dimension)}</span> {formatWanted(one)}
          <CloseButton
            size="xs"
            aria-label={`Remove the filter ${formatDimension(one.dimension)} ${formatWanted(one)}`}
            onClick={() => change(toggleWhere(filters, one))}
          />
        </span>
      ))}
      <AddFilter filters={filters} onAdd={(one) => change(toggleWhere(filters, one))} />
      <span className="bar-end">
        <CompareSwitch />
        <RefreshPicker />
        <SavedViews />
      </span>
    </div>
  );
}

/** The time range alone, for pages that nothing else narrows down. */
export function RangeBar() {
  return (
    <div className="filter-bar" role="group" aria-label="Time range">
      <RangeControls />
    </div>
  );
}

function RangeControls() {
  const [filters, change] = useFilters();
  return (
    <>
      <SegmentedControl
        size="xs"
        className="ranges"
        aria-label="Time range"
        value={filters.range.kind === 'relative' ? filters.range.name : 'custom'}
        onChange={(name) => change({ range: { kind: 'relative', name: name as RangeName } })}
        data={RANGES.map((name) => ({ value: name, label: RANGE_WORDS[name] }))}
      />
      <CustomRange filters={filters} onChange={(range) => change({ range })} />
      <ZoneSwitch filters={filters} onChange={(timezone) => change({ timezone })} />
    </>
  );
}

function ZoneSwitch({ filters, onChange }: { filters: Filters; onChange: (timezone: string) => void }) {
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set(['UTC', local, filters.timezone])];
  if (zones.length === 1) return <span className="zone">UTC</span>;
  return (
    <Select
      size="xs"
      w={150}
      aria-label="Time zone"
      allowDeselect={false}
      value={filters.timezone}
      data={zones.map((zone) => ({
        value: zone,
        label: zone === 'UTC' ? 'UTC (as billed)' : zone.replaceAll('_', ' '),
      }))}
      onChange={(zone) => zone && onChange(zone)}
    />
  );
}

function CustomRange({ filters, onChange }: { filters: Filters; onChange: (range: Filters['range']) => void }) {
  const [opened, setOpened] = useState(false);
  const custom = filters.range.kind === 'custom' ? filters.range : null;
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus position="bottom-start" shadow="md">
      <Popover.Target>
        <Button
          size="xs"
          variant={custom ? 'filled' : 'default'}
          leftSection={<IconCalendar size={14} aria-hidden />}
          onClick={() => setOpened(!opened)}
        >
          {custom ? formatStretch(custom.from, custom.to, filters.timezone) : 'Custom'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <CustomRangeForm
          filters={filters}
          onChange={(range) => {
            onChange(range);
            setOpened(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

/** What filters are about: dimensions, and what is a number. */
const FIELDS = [
  { group: 'Is', items: DIMENSIONS.map((name) => ({ value: name, label: formatDimension(name) })) },
  { group: 'From, to', items: RANGED_FIELDS.map((name) => ({ value: name, label: formatDimension(name) })) },
];

function AddFilter({ filters, onAdd }: { filters: Filters; onAdd: (one: Where) => void }) {
  const [opened, setOpened] = useState(false);
  const [dimension, setDimension] = useState<Where['dimension']>('feature');
  // What is typed next is a value: whoever has chosen goes on there. Also after choosing what was chosen already.
  const [choices, setChoices] = useState(0);
  const field = useCallback(
    (form: HTMLDivElement | null) => {
      if (choices > 0) form?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    },
    [choices],
  );
  const add = (one: Where) => {
    onAdd(one);
    setOpened(false);
  };
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus position="bottom-start" shadow="md">
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconFilterPlus size={14} aria-hidden />}
          onClick={() => setOpened(!opened)}
        >
          Filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs" w={260}>
          <Select
            size="xs"
            label="Where"
            data={FIELDS}
            searchable
            value={dimension}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            onOptionSubmit={(name) => {
              setDimension(name as Where['dimension']);
              setChoices(choices + 1);
            }}
          />
          {isRangedField(dimension) ? (
            <div ref={field} key={dimension}>
              <RangeForm field={dimension} onPick={(value) => add({ dimension, value })} />
            </div>
          ) : (
            <div ref={field} key={dimension}>
              <ValuePicker dimension={dimension} filters={filters} onPick={(value) => add({ dimension, value })} />
            </div>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Search as you type over the values that the window holds. */
function ValuePicker({
  dimension,
  filters,
  onPick,
}: {
  dimension: Dimension;
  filters: Pick<Filters, 'range' | 'timezone'>;
  onPick: (value: string) => void;
}) {
  const combobox = useCombobox({ defaultOpened: true });
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text, 150);
  const values = useValues(dimension, filters, search, true);
  return (
    <Combobox store={combobox} withinPortal={false} onOptionSubmit={onPick}>
      <Combobox.EventsTarget>
        <TextInput
          size="xs"
          label="is"
          placeholder="Type to search"
          value={text}
          data-autofocus
          rightSection={values.isFetching ? <Loader size={12} /> : null}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.resetSelectedOption();
          }}
        />
      </Combobox.EventsTarget>
      <Combobox.Options mah={220} className="scroll-list" aria-label="Values">
        {values.data?.map(({ value, calls }) => (
          <Combobox.Option key={value ?? ''} value={value ?? ''}>
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <span className={value ? 'name' : 'name is-unknown'}>{formatValue(value)}</span>
              <span className="figure is-muted">{formatCompact(calls)}</span>
            </Group>
          </Combobox.Option>
        ))}
        {values.error && !values.data && <Combobox.Empty>{wordsOf(values.error)}</Combobox.Empty>}
        {values.data?.length === 0 && <Combobox.Empty>No such value in this window</Combobox.Empty>}
      </Combobox.Options>
    </Combobox>
  );
}
