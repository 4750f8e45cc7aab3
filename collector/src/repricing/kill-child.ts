// For kill.test.ts: a process of its own that goes on with what it finds, or begins a dry run, and applies it. It is killed on the way.
import { LIST_PRICES, priceBook } from '@spanledger/instrumentation/pricing';
import { openStore } from '../store/connect.ts';
import { migrate } from '../store/migrate.ts';
import { repricerOn } from './fakes.ts';
import { fillLedger } from './many-calls.ts';

const [dataDir = '', task = ''] = process.argv.slice(2);
const agreed = priceBook([{ model: '*', since: '2026-01-01', until: null, percentOff: '12.5', source: 'contract' }]);
const store = await openStore({ kind: 'embedded', dataDir });
await migrate(store);
if (task === 'fill') {
  await fillLedger(store, Number(process.argv[4]), LIST_PRICES);
} else {
  const repricer = repricerOn(store, { prices: () => agreed, chunk: 2_000 });
  await repricer.resume();
  const open = (list: Awaited<ReturnType<typeof repricer.list>>) =>
    list.find(({ status }) => status === 'preparing' || status === 'ready' || status === 'applied');
  const { id } = open(await repricer.list()) ?? (await repricer.begin({}));
  process.stdout.write('running\n');
  await repricer.idle();
  if ((await repricer.find(id))?.status === 'ready') await repricer.apply(id);
  process.stdout.write(`${JSON.stringify(await repricer.find(id))}\n`);
}
await store.close();
