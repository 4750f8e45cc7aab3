// Monitors as a resource, and where each stands now.
import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import {
  monitorInputSchema,
  type Monitor,
  type MonitorAlert,
  type MonitorInput,
  type MonitorStatus,
} from '../contract.ts';
import { invalidRequest, notFound } from '../http/errors.ts';
import { validate, wantsJson } from '../http/validate.ts';
import type { Clock } from '../ports.ts';
import { isSameQuestion, judge, windowAt, type Verdict } from './evaluate.ts';
import type { MonitorRepository, ReadCourse, ReadMeasure } from './ports.ts';

export interface MonitorRoutesOptions {
  repository: MonitorRepository;
  read: ReadMeasure;
  course: ReadCourse;
  /** Those of the ids that are no webhook. */
  unknownWebhooks: (ids: readonly string[]) => Promise<string[]>;
  /** A monitor was made or changed: time to look whether it is crossed already. Not waited for. */
  onChange: () => void;
  clock: Clock;
}

export function monitorRoutes({ repository, read, course, unknownWebhooks, onChange, clock }: MonitorRoutesOptions) {
  const find = async (id: string): Promise<Monitor> => {
    const monitor = await repository.findMonitor(id);
    if (monitor === null) throw notFound('monitor');
    return monitor;
  };
  const settle = async (input: MonitorInput): Promise<MonitorInput> => {
    const webhookIds = [...new Set(input.webhookIds)];
    const [unknown] = webhookIds.length === 0 ? [] : await unknownWebhooks(webhookIds);
    if (unknown !== undefined) throw invalidRequest(`webhookIds: there is no webhook ${unknown}`, 'webhookIds');
    return { ...input, webhookIds };
  };
  const now = (): string => new Date(clock.now()).toISOString();

  return (
    new Hono()
      .get('/monitors', async (c) => c.json({ monitors: await repository.listMonitors() }, 200))
      .post('/monitors', wantsJson, validate('json', monitorInputSchema), async (c) => {
        const input = await settle(c.req.valid('json'));
        const monitor: Monitor = {
          ...input,
          id: `mon_${randomBytes(12).toString('hex')}`,
          createdAt: now(),
          updatedAt: now(),
        };
        await repository.saveMonitor(monitor);
        onChange();
        return c.json(monitor, 201);
      })
      .get('/monitors/:id', async (c) => c.json(await find(c.req.param('id')), 200))
      // Another question ends the episode of the one before, and nobody is told; a name, webhooks and the least calls do not.
      .put('/monitors/:id', wantsJson, validate('json', monitorInputSchema), async (c) => {
        const before = await find(c.req.param('id'));
        const input = await settle(c.req.valid('json'));
        const monitor: Monitor = { ...input, id: before.id, createdAt: before.createdAt, updatedAt: now() };
        await repository.saveMonitor(monitor);
        onChange();
        return c.json(monitor, 200);
      })
      // Its alerts stay in the list: they happened. The one that lasts ends.
      .delete('/monitors/:id', async (c) => {
        const { id } = await find(c.req.param('id'));
        await repository.deleteMonitor(id);
        onChange();
        return c.body(null, 204);
      })
      .get('/monitors/:id/status', async (c) => {
        const monitor = await find(c.req.param('id'));
        const window = windowAt(clock.now(), monitor.windowMinutes);
        const [reading, { points, pointMinutes }, [last]] = await Promise.all([
          read(monitor, window),
          course(monitor, window.to),
          repository.listAlerts({ monitorId: monitor.id, limit: 1 }),
        ]);
        const at = window.to.toISOString();
        const status: MonitorStatus = {
          monitorId: monitor.id,
          ...standing(judge(monitor, reading), monitor, last ?? null),
          ...reading,
          windowFrom: window.from.toISOString(),
          windowTo: at,
          points: [...points.filter((point) => point.at !== at), { at, ...reading }],
          pointMinutes,
        };
        return c.json(status, 200);
      })
  );
}

function standing(
  verdict: Verdict,
  monitor: Monitor,
  last: MonitorAlert | null,
): Pick<MonitorStatus, 'state' | 'since'> {
  const lasting = last?.endedAt === null && isSameQuestion(last, monitor) ? last : null;
  if (verdict === 'crossed' || (verdict === 'too-few-calls' && lasting !== null))
    return { state: 'alerting', since: lasting?.raisedAt ?? null };
  return { state: verdict === 'well' ? 'ok' : 'too-few-calls', since: last?.endedAt ?? null };
}
