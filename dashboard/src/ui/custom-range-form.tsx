// A time range of one's own. The pickers speak of wall-clock time of this machine; the URL holds instants.
import '@mantine/dates/styles.layer.css';
import { Button, Stack } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useState } from 'react';
import { type Filters, type Range, windowOf } from '../url/filters.ts';

export function CustomRangeForm({ filters, onChange }: { filters: Filters; onChange: (range: Range) => void }) {
  const [window] = useState(() => windowOf(filters.range, Date.now(), filters.timezone));
  const [from, setFrom] = useState<string | null>(wallClock(window.from));
  const [to, setTo] = useState<string | null>(wallClock(window.to));
  const wrong = from !== null && to !== null && !(Date.parse(from) < Date.parse(to));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (from === null || to === null || wrong) return;
        onChange({ kind: 'custom', from: new Date(from).toISOString(), to: new Date(to).toISOString() });
      }}
    >
      <Stack gap="xs" w={260}>
        <DateTimePicker
          label="From (your local time)"
          value={from}
          onChange={setFrom}
          valueFormat="D MMM YYYY HH:mm"
          size="xs"
          popoverProps={{ withinPortal: false }}
        />
        <DateTimePicker
          label="To, exclusive"
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

function wallClock(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:00`;
}
