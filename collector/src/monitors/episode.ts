// The beginning and the end of an episode of a monitor, and the webhook bodies that tell of them. Pure.
import type { Monitor } from '../contract.ts';
import { digestOf } from '../digest.ts';
import type { NewDelivery } from '../webhooks/ports.ts';
import type { RaisedEpisode, Reading, Window } from './ports.ts';

/** What was seen, when, and where a person looks at it. */
export interface Sight extends Reading {
  window: Window;
  at: Date;
  url: string;
}

/** One per monitor and beginning, whoever works it out: the beginning is the end of the window that was found crossed. */
export const episodeId = (monitorId: string, windowTo: Date): string =>
  `alert_${digestOf([monitorId, windowTo.toISOString()])}`;

export function beginEpisode(monitor: Monitor, { value, calls, window, at, url }: Sight): RaisedEpisode {
  const [windowFrom, windowTo, raisedAt] = [window.from.toISOString(), window.to.toISOString(), at.toISOString()];
  const { id, name, measure, scope, comparison, threshold, windowMinutes } = monitor;
  return {
    kind: 'monitor',
    id: episodeId(id, window.to),
    monitorId: id,
    monitorName: name,
    measure,
    scope,
    comparison,
    threshold,
    windowMinutes,
    value,
    calls,
    windowFrom,
    windowTo,
    raisedAt,
    endedAt: null,
    ended: null,
    webhookIds: monitor.webhookIds,
    body: JSON.stringify({
      type: 'monitor.alerting',
      timestamp: raisedAt,
      data: { monitor: told(monitor), value, threshold, calls, windowFrom, windowTo, url },
    }),
    endBody: null,
    announced: false,
  };
}

/** It is well again, or nothing is left to be ill: told to whoever was told of the beginning. */
export function recover(
  episode: RaisedEpisode,
  monitor: Monitor,
  ended: 'recovered' | 'no-calls',
  { value, calls, window, at, url }: Sight,
): RaisedEpisode {
  const body = {
    type: 'monitor.recovered',
    timestamp: at.toISOString(),
    data: {
      monitor: told(monitor),
      reason: ended,
      alertingSince: episode.raisedAt,
      value,
      threshold: monitor.threshold,
      calls,
      windowFrom: window.from.toISOString(),
      windowTo: window.to.toISOString(),
      url,
    },
  };
  return { ...episode, endedAt: body.timestamp, ended, endBody: JSON.stringify(body), announced: false };
}

/** Nobody asks any more what it was about: nobody is told. */
export const endUntold = (episode: RaisedEpisode, ended: 'changed' | 'deleted', at: Date): RaisedEpisode => ({
  ...episode,
  endedAt: at.toISOString(),
  ended,
});

const told = ({ id, name, measure, scope, comparison, threshold, windowMinutes, minCalls }: Monitor) => ({
  id,
  name,
  measure,
  scope,
  comparison,
  threshold,
  windowMinutes,
  minCalls,
});

/** All that there are to be of it: those that stand are left as they are. */
export const deliveriesOf = ({ id, webhookIds, body, endBody }: RaisedEpisode): NewDelivery[] =>
  webhookIds.flatMap((webhookId) => [
    { id: `msg_${digestOf([id, webhookId])}`, webhookId, alertId: id, type: 'monitor.alerting' as const, body },
    ...(endBody === null
      ? []
      : [
          {
            id: `msg_${digestOf([id, webhookId, 'recovered'])}`,
            webhookId,
            alertId: id,
            type: 'monitor.recovered' as const,
            body: endBody,
          },
        ]),
  ]);
