// For tests: monitors and episodes in memory.
import type { Monitor } from '../contract.ts';
import { StoreError } from '../store/store.ts';
import type { MonitorRepository, RaisedEpisode } from './ports.ts';

export function createMemoryMonitors(
  ...initial: Monitor[]
): MonitorRepository & { down: boolean; episodes: Map<string, RaisedEpisode>; monitors: Map<string, Monitor> } {
  const monitors = new Map(initial.map((monitor) => [monitor.id, monitor]));
  const episodes = new Map<string, RaisedEpisode>();
  const up = (): void => {
    if (repository.down) throw new StoreError('unavailable', 'down');
  };
  const newestFirst = (): RaisedEpisode[] =>
    [...episodes.values()].toSorted((one, other) => Date.parse(other.windowTo) - Date.parse(one.windowTo));
  const repository = {
    down: false,
    episodes,
    monitors,
    listMonitors: async () => (up(), [...monitors.values()]),
    findMonitor: async (id: string) => (up(), monitors.get(id) ?? null),
    saveMonitor: async (monitor: Monitor) => (up(), void monitors.set(monitor.id, monitor)),
    deleteMonitor: async (id: string) => (up(), void monitors.delete(id)),
    listAlerts: async ({ monitorId, limit }: { monitorId?: string; limit: number }) => {
      up();
      return newestFirst()
        .filter((episode) => monitorId === undefined || episode.monitorId === monitorId)
        .map(({ webhookIds: _ids, body: _body, endBody: _endBody, announced: _announced, ...alert }) => alert)
        .slice(0, limit);
    },
    lastEpisodes: async () => {
      up();
      const last = new Map(newestFirst().toReversed().map((episode) => [episode.monitorId, episode])); // prettier-ignore
      return [...last.values()];
    },
    unannouncedEpisodes: async () => (up(), [...episodes.values()].filter((episode) => !episode.announced)),
    saveEpisodes: async (changed: readonly RaisedEpisode[]) => {
      up();
      for (const episode of changed) episodes.set(episode.id, episode);
    },
  };
  return repository;
}

export const monitorOf = (changes: Partial<Monitor> = {}): Monitor => ({
  id: 'mon_1',
  name: 'Slow chat',
  measure: 'p95LatencyMs',
  scope: { feature: 'chat' },
  comparison: 'above',
  threshold: 10_000,
  windowMinutes: 15,
  minCalls: 20,
  webhookIds: ['wh_1', 'wh_2'],
  createdAt: '2026-11-01T00:00:00.000Z',
  updatedAt: '2026-11-01T00:00:00.000Z',
  ...changes,
});
