// A time range of one's own. The pickers speak of the wall clock of the page's time zone; the URL holds instants.
import '@mantine/dates/styles.layer.css';
import { Button, Stack } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useState } from 'react';
import { instantAt, wallClockAt } from '../url/buckets.ts';
import { type Filters, type Range, windowOf } from '../url/filters.ts';

export function CustomRangeForm({ filters, onChange }: { filters: Filters; onChange: (range: Range) => void }) {
  const [window] = useState(() => windowOf(filters.range, Date.now(), filters.timezone));
  const { timezone } = filters;
  const [from, setFrom] = useState<string | null>(wallClockAt(window.from, timezone));
  const [to, setTo] = useState<string | null>(wallClockAt(window.to, timezone));
  const wrong = from !== null && to !== null && !(instantAt(from, timezone) < instantAt(to, timezone));
  const iso = (wallClock: string) => new Date(instantAt(wallClock, timezone)).toISOString();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (from === null || to === null || wrong) return;
        onChange({ kind: 'custom', from: iso(from), to: iso(to) });
      }}
    >
      <Stack gap="xs" w={260}>
        <DateTimePicker
          label={`From (${timezone.replaceAll('_', ' ')})`}
          value={from}
          onChange={setFrom}
          valueFormat="D MMM YYYY HH:mm"
          size="xs"
          popoverProps={{ withinPortal: false }}
        />
        <DateTimePicker
          label={`To, exclusive (${timezone.replaceAll('_', ' ')})`}
          value={to}
          onChange={setTo}
          valueFormat="D MMM YYYY HH:mm"
          size="xs"
          popoverProps={{ withinPortal: false }}
          error={wrong ? 'Must be after From' : null}
        />
        <Button type="submit" size="xs" disabled={from === null || to === null || wrong}>
          Show this range
        </Button>
      </Stack>
    </form>
  );
}
