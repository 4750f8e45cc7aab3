// For kill.test.ts: a process of its own that goes on with what it finds, or begins a dry run, applies it, and settles hours all
// the while. It says every total it sees. It is killed on the way.
import { setImmediate as otherWork } from 'node:timers/promises';
import { LIST_PRICES, priceBook } from '@spanledger/instrumentation/pricing';
import { systemClock } from '../ports.ts';
import { createSettler } from '../settle/settler.ts';
import { openStore, type StoreConfig } from '../store/connect.ts';
import { createDirtyHours } from '../store/dirty-hours.ts';
import { migrate } from '../store/migrate.ts';
import { repricerOn } from './fakes.ts';
import { fillLedger, totalCost } from './many-calls.ts';

const [place = '', task = ''] = process.argv.slice(2);
const agreed = priceBook([{ model: '*', since: '2026-01-01', until: null, percentOff: '12.5', source: 'contract' }]);
const OPEN: ReadonlySet<string> = new Set(['preparing', 'ready', 'applied']);
const store = await openStore(JSON.parse(place) as StoreConfig);
await migrate(store);
if (task === 'fill') await fillLedger(store, Number(process.argv[4]), LIST_PRICES);
else await reprice();
await store.close();

async function reprice(): Promise<void> {
  const say = (what: unknown) => process.stdout.write(`${JSON.stringify(what)}\n`);
  const repricer = repricerOn(store, { prices: () => agreed, chunk: 1_700 });
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const settler = createSettler({ store, dirtyHours: createDirtyHours(store), clock: systemClock, log: silent });
  await repricer.resume();
  const open = (await repricer.list()).find(({ status }) => OPEN.has(status));
  const { id } = open ?? (await repricer.begin({}));
  say('running');

  let done = false;
  const settling = (async () => {
    while (!done) {
      await settler.settleAll({ quietMs: 0 });
      await otherWork();
    }
  })();
  const looking = (async () => {
    while (!done) say({ total: await totalCost(store) });
  })();
  await repricer.idle();
  if ((await repricer.find(id))?.status === 'ready') await repricer.apply(id);
  done = true;
  await Promise.all([settling, looking]);
  await settler.settleAll({ quietMs: 0 });
  say({ total: await totalCost(store) });
  say({ finished: await repricer.find(id) });
}
