import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Monitor } from '../contract.ts';
import { createFakeClock, silentLog } from '../webhooks/fakes.ts';
import type { NewDelivery } from '../webhooks/ports.ts';
import { createMemoryMonitors, monitorOf } from './fakes.ts';
import type { Reading, Window } from './ports.ts';
import { createMonitorWatcher } from './watch.ts';

const NOON = '2026-11-21T12:00:30.000Z';
const MINUTE = 60_000;
const ILL: Reading = { value: 12_400, calls: 40 };
const WELL: Reading = { value: 800, calls: 40 };
const FEW: Reading = { value: 90_000, calls: 3 };
const NONE: Reading = { value: null, calls: 0 };

function watching({ repository = createMemoryMonitors(monitorOf()), clock = createFakeClock(NOON) } = {}) {
  const queued: NewDelivery[] = [];
  const world = {
    repository,
    clock,
    queued,
    queueDown: false,
    /** Of each write from here on: null is carried out; the process dies at the first 'before', or right 'after' it. */
    deaths: [] as ('before' | 'after' | null)[],
    reading: ILL as Reading,
    asked: [] as string[],
    read: async (_monitor: Pick<Monitor, 'measure' | 'scope'>): Promise<Reading> => world.reading,
    /** A watcher as after a start of the process: it remembers nothing. */
    start: () => {
      let dead = false;
      const mortal = async <T>(write: () => Promise<T>): Promise<T> => {
        if (dead) throw new Error('dead');
        const death = world.deaths.shift() ?? null;
        dead = death !== null;
        if (death === 'before') throw new Error('died before it');
        const done = await write();
        if (death === 'after') throw new Error('died after it');
        return done;
      };
      return createMonitorWatcher({
        repository: {
          ...repository,
          saveEpisodes: (episodes) => mortal(() => repository.saveEpisodes(episodes)),
        },
        clock,
        log: silentLog,
        urlOf: ({ id }, { to }) => `http://ledger/${id}?to=${to.toISOString()}`,
        read: (monitor, { from, to }: Window) => {
          world.asked.push(`${from.toISOString().slice(11, 16)} ${to.toISOString().slice(11, 16)}`);
          return world.read(monitor);
        },
        webhooks: {
          enqueue: (deliveries) =>
            mortal(async () => {
              if (world.queueDown) throw new Error('the queue does not answer');
              for (const one of deliveries) if (!queued.some(({ id }) => id === one.id)) queued.push(one);
            }),
        },
      });
    },
    /** What was told, in the order in which it was queued, once for both webhooks. */
    told: () => queued.filter(({ webhookId }) => webhookId === 'wh_1').map(({ type }) => type.replace('monitor.', '')),
    episodes: () => [...repository.episodes.values()],
  };
  return world;
}

test('an alert says what was seen, of how many calls, and where to look; so does its end', async () => {
  const world = watching();
  const watcher = world.start();
  await watcher.check();
  expect(world.queued.map(({ webhookId, type }) => `${webhookId} ${type}`)).toEqual([
    'wh_1 monitor.alerting',
    'wh_2 monitor.alerting',
  ]);
  const monitor = {
    id: 'mon_1',
    name: 'Slow chat',
    measure: 'p95LatencyMs',
    scope: { feature: 'chat' },
    comparison: 'above',
    threshold: 10_000,
    windowMinutes: 15,
    minCalls: 20,
  };
  expect(JSON.parse(world.queued[0]?.body ?? '')).toEqual({
    type: 'monitor.alerting',
    timestamp: NOON,
    data: {
      monitor,
      value: 12_400,
      threshold: 10_000,
      calls: 40,
      windowFrom: '2026-11-21T11:44:00.000Z',
      windowTo: '2026-11-21T11:59:00.000Z',
      url: 'http://ledger/mon_1?to=2026-11-21T11:59:00.000Z',
    },
  });
  await world.clock.advance(MINUTE);
  world.reading = WELL;
  await watcher.check();
  expect(JSON.parse(world.queued[2]?.body ?? '')).toEqual({
    type: 'monitor.recovered',
    timestamp: '2026-11-21T12:01:30.000Z',
    data: {
      monitor,
      reason: 'recovered',
      alertingSince: NOON,
      value: 800,
      threshold: 10_000,
      calls: 40,
      windowFrom: '2026-11-21T11:45:00.000Z',
      windowTo: '2026-11-21T12:00:00.000Z',
      url: 'http://ledger/mon_1?to=2026-11-21T12:00:00.000Z',
    },
  });
  expect(world.episodes()).toMatchObject([
    { value: 12_400, raisedAt: NOON, endedAt: '2026-11-21T12:01:30.000Z', ended: 'recovered', announced: true },
  ]);
});

test('an episode is told once, across checks and restarts, and the next one anew', async () => {
  const world = watching();
  await world.start().check();
  await world.start().check();
  for (const reading of [ILL, ILL, WELL, WELL, ILL]) {
    await world.clock.advance(MINUTE);
    world.reading = reading;
    await world.start().check();
    await world.start().check();
  }
  expect(world.told()).toEqual(['alerting', 'recovered', 'alerting']);
  expect(new Set(world.queued.map(({ id }) => id)).size).toBe(6);
});

test('too few calls begin nothing and end nothing; a whole window without any ends it, and says so', async () => {
  const world = watching();
  world.reading = FEW;
  const watcher = world.start();
  await watcher.check();
  expect(world.told()).toEqual([]);
  for (const reading of [ILL, FEW, { value: 10, calls: 3 }]) {
    await world.clock.advance(MINUTE);
    world.reading = reading;
    await watcher.check();
  }
  expect(world.told()).toEqual(['alerting']);
  await world.clock.advance(MINUTE);
  world.reading = NONE;
  await watcher.check();
  expect(world.told()).toEqual(['alerting', 'recovered']);
  expect(JSON.parse(world.queued.at(-1)?.body ?? '').data).toMatchObject({ reason: 'no-calls', value: null, calls: 0 });
  expect(world.episodes()).toMatchObject([{ ended: 'no-calls' }]);
});

test('a changed threshold ends the episode untold, and what is crossed under the new one is an episode of its own', async () => {
  const world = watching();
  const watcher = world.start();
  await watcher.check();
  world.repository.monitors.set('mon_1', monitorOf({ threshold: 20_000 }));
  await watcher.check();
  expect(world.episodes()).toMatchObject([{ threshold: 10_000, ended: 'changed', endBody: null }]);
  world.repository.monitors.set('mon_1', monitorOf({ threshold: 5_000 }));
  // Within the minute of the one before there is no other: they would have one id.
  await watcher.check();
  await world.clock.advance(MINUTE);
  await watcher.check();
  expect(world.episodes()).toMatchObject([{ ended: 'changed' }, { threshold: 5_000, ended: null }]);
  expect(world.told()).toEqual(['alerting', 'alerting']);
});

test('a new name or other webhooks leave the episode, whose end is told to those who were told of it', async () => {
  const world = watching();
  const watcher = world.start();
  await watcher.check();
  world.repository.monitors.set('mon_1', monitorOf({ name: 'Chat', webhookIds: ['wh_9'], minCalls: 1 }));
  await watcher.check();
  world.reading = WELL;
  await watcher.check();
  expect(world.queued.map(({ webhookId, type }) => `${webhookId} ${type}`)).toEqual([
    'wh_1 monitor.alerting',
    'wh_2 monitor.alerting',
    'wh_1 monitor.recovered',
    'wh_2 monitor.recovered',
  ]);
  expect(JSON.parse(world.queued.at(-1)?.body ?? '').data.monitor.name).toBe('Chat');
});

test('the alerts of a deleted monitor stay, and the one that lasted ends untold', async () => {
  const world = watching();
  const watcher = world.start();
  await watcher.check();
  world.repository.monitors.clear();
  await watcher.check();
  await watcher.check();
  expect(world.episodes()).toMatchObject([{ monitorName: 'Slow chat', ended: 'deleted', announced: true }]);
  expect(world.told()).toEqual(['alerting']);
});

test('calls that came late and make a window ill again within its minute wait for the next', async () => {
  const world = watching();
  const watcher = world.start();
  for (const reading of [ILL, WELL, ILL]) {
    world.reading = reading;
    await watcher.check();
  }
  expect(world.told()).toEqual(['alerting', 'recovered']);
  await world.clock.advance(MINUTE);
  await watcher.check();
  expect(world.told()).toEqual(['alerting', 'recovered', 'alerting']);
});

test('a queue that failed is asked again by the same watcher, before anything else is looked at', async () => {
  const world = watching();
  world.queueDown = true;
  const watcher = world.start();
  await watcher.check();
  expect(world.episodes()).toMatchObject([{ announced: false }]);
  world.reading = WELL;
  await watcher.check();
  expect(world.episodes()).toMatchObject([{ ended: null }]);
  world.queueDown = false;
  await watcher.check();
  expect(world.told()).toEqual(['alerting', 'recovered']);
});

test('one that does not hold the lease looks at nothing, and makes up what the holder left when it takes over', async () => {
  const world = watching();
  world.deaths = [null, 'before'];
  await world.start().check();
  expect([world.episodes().length, world.queued.length]).toEqual([1, 0]);
  let held = false;
  const { repository, clock } = world;
  const watcher = createMonitorWatcher({
    repository,
    clock,
    log: silentLog,
    urlOf: () => '',
    held: () => held,
    read: async () => ILL,
    webhooks: { enqueue: async (deliveries) => void world.queued.push(...deliveries) },
  });
  await watcher.check();
  expect(world.queued).toEqual([]);
  held = true;
  await watcher.check();
  expect(world.told()).toEqual(['alerting']);
});

test('one monitor that cannot be asked about does not keep the others from alerting, nor does a store that was away', async () => {
  const world = watching({
    repository: createMemoryMonitors(monitorOf({ id: 'mon_bad', scope: {} }), monitorOf({ id: 'mon_good' })),
  });
  world.read = async ({ scope }) => (scope.feature === undefined ? Promise.reject(new Error('no')) : ILL);
  const watcher = world.start();
  world.repository.down = true;
  await watcher.check();
  expect(world.episodes()).toEqual([]);
  world.repository.down = false;
  await watcher.check();
  expect(world.episodes()).toMatchObject([{ monitorId: 'mon_good' }]);
});

test('started, it asks about the minutes before the last one once a minute, until it is stopped', async () => {
  const world = watching();
  const watcher = world.start();
  watcher.start();
  await new Promise(setImmediate);
  await world.clock.advance(MINUTE);
  expect(world.asked).toEqual(['11:44 11:59', '11:45 12:00']);
  await watcher.stop();
  await world.clock.advance(MINUTE);
  expect(world.asked).toHaveLength(2);
});

test('a stream of appends is no stream of questions: checks have a rest between them, also where each is over at once', async () => {
  const world = watching();
  const watcher = world.start();
  const asked: number[] = [];
  for (let tenths = 0; tenths <= 110; tenths++) {
    watcher.soon();
    await new Promise(setImmediate);
    if (world.asked.length > asked.length) asked.push(tenths / 10);
    await world.clock.advance(100);
  }
  expect(asked).toEqual([0, 5, 10]);
  watcher.soon();
  await watcher.stop();
  await world.clock.advance(60_000);
  expect(world.asked).toHaveLength(3);
});

test('whoever dies before or after any write, however often, repeats nothing and loses nothing', async () => {
  const minute = fc.record({
    reading: fc.constantFrom(ILL, WELL, FEW, NONE),
    deaths: fc.array(fc.tuple(fc.nat({ max: 4 }), fc.constantFrom('before' as const, 'after' as const)), {
      maxLength: 3,
    }),
  });
  const run = async (minutes: { reading: Reading; deaths: [number, 'before' | 'after'][] }[]) => {
    const world = watching();
    for (const { reading, deaths } of minutes) {
      world.reading = reading;
      for (const [spared, how] of deaths) {
        world.deaths = [...Array.from({ length: spared }, () => null), how];
        await world.start().check();
      }
      world.deaths = [];
      await world.start().check();
      await world.clock.advance(MINUTE);
    }
    return { told: world.queued, episodes: world.episodes() };
  };
  await fc.assert(
    fc.asyncProperty(fc.array(minute, { maxLength: 8 }), async (minutes) => {
      const undisturbed = await run(minutes.map(({ reading }) => ({ reading, deaths: [] })));
      expect(await run(minutes)).toEqual(undisturbed);
      const told = undisturbed.told.filter(({ webhookId }) => webhookId === 'wh_1').map(({ type }) => type);
      expect(told).toEqual(told.map((_, nth) => (nth % 2 === 0 ? 'monitor.alerting' : 'monitor.recovered')));
    }),
  );
});
