// Monitors and their episodes in the store. The latest version of a row counts; FINAL is cheap here, the tables are small.
import type { Monitor, MonitorAlert } from '../contract.ts';
import { createVersionedInsert, toDateTime, toInstant } from '../store/kept-rows.ts';
import type { SqlParameters, Store } from '../store/store.ts';
import type { MonitorRepository, RaisedEpisode } from './ports.ts';

const SELECT_MONITORS = `
SELECT id, name, measure, scope, comparison, threshold, window_minutes AS windowMinutes, min_calls AS minCalls,
  webhook_ids AS webhookIds, toUnixTimestamp64Milli(created_at) AS createdAtMs, toUnixTimestamp64Milli(updated_at) AS updatedAtMs
FROM monitors FINAL
WHERE deleted = 0`;

const SELECT_EPISODES = `
SELECT id, monitor_id AS monitorId, monitor_name AS monitorName, measure, scope, comparison, threshold,
  window_minutes AS windowMinutes, value, calls, toUnixTimestamp64Milli(window_from) AS windowFromMs,
  toUnixTimestamp64Milli(window_to) AS windowToMs, toUnixTimestamp64Milli(raised_at) AS raisedAtMs,
  toUnixTimestamp64Milli(ended_at) AS endedAtMs, ended, webhook_ids AS webhookIds, body, end_body AS endBody, announced
FROM monitor_alerts FINAL`;

interface MonitorRow extends Omit<Monitor, 'scope' | 'threshold' | 'createdAt' | 'updatedAt'> {
  scope: string;
  threshold: string;
  createdAtMs: number;
  updatedAtMs: number;
}
type Instants = 'windowFrom' | 'windowTo' | 'raisedAt' | 'endedAt';
interface EpisodeRow
  extends
    Omit<RaisedEpisode, 'kind' | 'scope' | 'threshold' | 'value' | 'calls' | 'announced' | Instants>,
    Record<`${Exclude<Instants, 'endedAt'>}Ms`, number> {
  scope: string;
  threshold: string;
  value: string;
  calls: number | string;
  endedAtMs: number | null;
  announced: number;
}

export function createMonitorRepository(store: Store): MonitorRepository {
  const insertMonitors = createVersionedInsert(store, 'monitors');
  const insertEpisodes = createVersionedInsert(store, 'monitor_alerts');

  const monitors = async (where: string, parameters: SqlParameters = {}): Promise<Monitor[]> => {
    const rows = await store.query<MonitorRow>(`${SELECT_MONITORS}${where}\nORDER BY created_at, id`, parameters);
    return rows.map(({ scope, threshold, createdAtMs, updatedAtMs, ...row }) => ({
      ...row,
      scope: JSON.parse(scope) as Monitor['scope'],
      threshold: JSON.parse(threshold) as Monitor['threshold'],
      createdAt: toInstant(createdAtMs),
      updatedAt: toInstant(updatedAtMs),
    }));
  };
  const episodes = async (rest: string, parameters: SqlParameters = {}): Promise<RaisedEpisode[]> =>
    (await store.query<EpisodeRow>(`${SELECT_EPISODES}\n${rest}`, parameters)).map(episodeOf);

  return {
    listMonitors: () => monitors(''),
    findMonitor: async (id) => (await monitors(' AND id = {id: String}', { id }))[0] ?? null,
    saveMonitor: (monitor) =>
      insertMonitors([
        {
          id: monitor.id,
          name: monitor.name,
          measure: monitor.measure,
          scope: JSON.stringify(monitor.scope),
          comparison: monitor.comparison,
          threshold: JSON.stringify(monitor.threshold),
          window_minutes: monitor.windowMinutes,
          min_calls: monitor.minCalls,
          webhook_ids: monitor.webhookIds,
          created_at: toDateTime(monitor.createdAt),
          updated_at: toDateTime(monitor.updatedAt),
        },
      ]),
    deleteMonitor: (id) => insertMonitors([{ id, deleted: 1 }]),
    async listAlerts({ monitorId, limit }) {
      const where = monitorId === undefined ? '' : 'WHERE monitor_id = {monitorId: String}\n';
      const listed = await episodes(`${where}ORDER BY raised_at DESC, id\nLIMIT {limit: UInt32}`, {
        limit,
        ...(monitorId === undefined ? {} : { monitorId }),
      });
      return listed.map(
        ({ webhookIds: _webhookIds, body: _body, endBody: _endBody, announced: _announced, ...alert }): MonitorAlert =>
          alert,
      );
    },
    lastEpisodes: () => episodes('ORDER BY monitor_id, window_to DESC\nLIMIT 1 BY monitor_id'),
    unannouncedEpisodes: () => episodes('WHERE announced = 0\nORDER BY raised_at, id'),
    saveEpisodes: (changed) =>
      insertEpisodes(
        changed.map((episode) => ({
          id: episode.id,
          monitor_id: episode.monitorId,
          monitor_name: episode.monitorName,
          measure: episode.measure,
          scope: JSON.stringify(episode.scope),
          comparison: episode.comparison,
          threshold: JSON.stringify(episode.threshold),
          window_minutes: episode.windowMinutes,
          value: JSON.stringify(episode.value),
          calls: episode.calls,
          window_from: toDateTime(episode.windowFrom),
          window_to: toDateTime(episode.windowTo),
          raised_at: toDateTime(episode.raisedAt),
          ended_at: episode.endedAt === null ? null : toDateTime(episode.endedAt),
          ended: episode.ended,
          webhook_ids: episode.webhookIds,
          body: episode.body,
          end_body: episode.endBody,
          announced: episode.announced ? 1 : 0,
        })),
      ),
  };
}

const episodeOf = ({
  scope,
  threshold,
  value,
  calls,
  windowFromMs,
  windowToMs,
  raisedAtMs,
  endedAtMs,
  announced,
  ...row
}: EpisodeRow): RaisedEpisode => ({
  ...row,
  kind: 'monitor',
  scope: JSON.parse(scope) as MonitorAlert['scope'],
  threshold: JSON.parse(threshold) as MonitorAlert['threshold'],
  value: JSON.parse(value) as MonitorAlert['value'],
  calls: Number(calls),
  windowFrom: toInstant(windowFromMs),
  windowTo: toInstant(windowToMs),
  raisedAt: toInstant(raisedAtMs),
  endedAt: endedAtMs === null ? null : toInstant(endedAtMs),
  announced: Number(announced) === 1,
});
