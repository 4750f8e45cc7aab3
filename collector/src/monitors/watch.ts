// Watches every monitor: on a clock and after appends it asks what the measure was over the last whole minutes, and begins or ends
// an episode. Order makes it safe to die anywhere: first the episode is durable, then its deliveries, then the note that they are;
// whatever is missing is made up on the next check, under the same ids. Nothing is remembered that is not in the store, so that
// whoever takes over goes on where the last one was.
import { createChecks, type Watcher } from '../checks.ts';
import type { Monitor } from '../contract.ts';
import type { Clock, Log } from '../ports.ts';
import { beginEpisode, deliveriesOf, endUntold, recover } from './episode.ts';
import { isSameQuestion, judge, windowAt } from './evaluate.ts';
import type { DeliveryQueue, MonitorRepository, RaisedEpisode, ReadMeasure, Window } from './ports.ts';

export function createMonitorWatcher({
  repository,
  read,
  webhooks,
  urlOf,
  clock,
  log,
  held = () => true,
  everyMs = 60_000,
  restMs = 5_000,
}: {
  repository: Pick<MonitorRepository, 'listMonitors' | 'lastEpisodes' | 'unannouncedEpisodes' | 'saveEpisodes'>;
  read: ReadMeasure;
  webhooks: DeliveryQueue;
  /** Where a person looks at what was seen. */
  urlOf: (monitor: Monitor, window: Window) => string;
  clock: Clock;
  log: Log;
  /** Of several collectors one watches. */
  held?: () => boolean;
  everyMs?: number;
  /** Longer than that of budgets: what an append changes is only what came late, as the window ends with the last whole minute. */
  restMs?: number;
}): Watcher {
  /** After a start or a failure there may be episodes whose deliveries were never made. */
  let mayBeUnannounced = true;

  async function checkAll(): Promise<void> {
    try {
      if (mayBeUnannounced) {
        await announce(await repository.unannouncedEpisodes());
        mayBeUnannounced = false;
      }
      const [monitors, episodes] = await Promise.all([repository.listMonitors(), repository.lastEpisodes()]);
      const lasting = episodes.filter(isLasting);
      await forget(lasting.filter(({ monitorId }) => !monitors.some(({ id }) => id === monitorId)));
      for (const monitor of monitors) {
        try {
          await checkMonitor(monitor, episodes.find(({ monitorId }) => monitorId === monitor.id) ?? null);
        } catch (error) {
          log.error('monitor could not be checked', { monitorId: monitor.id, error });
        }
      }
    } catch (error) {
      log.error('monitors could not be checked', { error });
    }
  }

  async function forget(orphans: readonly RaisedEpisode[]): Promise<void> {
    const at = new Date(clock.now());
    if (orphans.length > 0) await repository.saveEpisodes(orphans.map((one) => endUntold(one, 'deleted', at)));
  }

  async function checkMonitor(monitor: Monitor, last: RaisedEpisode | null): Promise<void> {
    const at = new Date(clock.now());
    const window = windowAt(at.getTime(), monitor.windowMinutes);
    let lasting = last !== null && isLasting(last) ? last : null;
    if (lasting !== null && !isSameQuestion(lasting, monitor)) {
      await repository.saveEpisodes([endUntold(lasting, 'changed', at)]);
      lasting = null;
    }
    const reading = await read(monitor, window);
    const verdict = judge(monitor, reading);
    const sight = { ...reading, window, at, url: urlOf(monitor, window) };
    if (lasting === null) {
      // A window begins one episode at most: what ended with it and is crossed again, by calls that came late, waits a minute.
      const isNews = last === null || window.to.getTime() > Date.parse(last.windowTo);
      if (verdict === 'crossed' && isNews) await tell(beginEpisode(monitor, sight));
    } else if (verdict === 'well' || verdict === 'no-calls') {
      await tell(recover(lasting, monitor, verdict === 'well' ? 'recovered' : 'no-calls', sight));
    }
  }

  async function tell(episode: RaisedEpisode): Promise<void> {
    try {
      await repository.saveEpisodes([episode]);
      const { monitorId, value, calls, ended } = episode;
      log.info(ended === null ? 'monitor alerting' : 'monitor recovered', { monitorId, value, calls, ended });
      await announce([episode]);
    } catch (error) {
      mayBeUnannounced = true;
      throw error;
    }
  }

  async function announce(episodes: readonly RaisedEpisode[]): Promise<void> {
    if (episodes.length === 0) return;
    await webhooks.enqueue(episodes.flatMap(deliveriesOf));
    await repository.saveEpisodes(episodes.map((episode) => ({ ...episode, announced: true })));
  }

  return createChecks({
    checkAll,
    held,
    // Whoever watches meanwhile may die before an episode's deliveries are made.
    onNotHeld: () => (mayBeUnannounced = true),
    clock,
    everyMs,
    restMs,
  });
}

const isLasting = ({ endedAt }: RaisedEpisode): boolean => endedAt === null;
