// How the page keeps up, and whether it compares: the right end of the bar.
import { Select, Switch } from '@mantine/core';
import { useLive } from '../api/live.ts';
import { type Refresh, REFRESHES } from '../url/filters.ts';
import { useFilters } from '../url/use-filters.ts';

const REFRESH_WORDS: Record<Refresh, string> = {
  live: 'Live',
  '5s': 'Every 5 s',
  '30s': 'Every 30 s',
  '5m': 'Every 5 min',
  off: 'Refresh off',
};

export function CompareSwitch() {
  const [{ compare }, change] = useFilters();
  return (
    <Switch
      size="xs"
      label="Compare"
      title="Show the change against the window before"
      checked={compare}
      onChange={(event) => change({ compare: event.currentTarget.checked })}
    />
  );
}

export function RefreshPicker() {
  const [{ refresh }, change] = useFilters();
  const live = useLive(refresh === 'live');
  return (
    <span className="refresh">
      {live !== 'off' && (
        <span className={`live-mark is-${live}`} role="status" data-testid="live" data-value={live}>
          <span className="visually-hidden">
            {live === 'live' ? 'Live' : live === 'lost' ? 'Not live: connecting again' : 'Connecting'}
          </span>
        </span>
      )}
      <Select
        size="xs"
        w={122}
        aria-label="Refresh"
        allowDeselect={false}
        value={refresh}
        data={REFRESHES.map((name) => ({
          value: name,
          label: name === 'live' && live === 'lost' ? 'Live (lost)' : REFRESH_WORDS[name],
        }))}
        onChange={(name) => name && change({ refresh: name as Refresh })}
      />
    </span>
  );
}
