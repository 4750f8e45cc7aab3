// How long it takes to price a million calls again, and whether every total is the exact sum before, during and after.
import { formatPico, LIST_PRICES, priceBook } from '../instrumentation/src/pricing/index.ts';
import { repricerOn } from '../collector/src/repricing/fakes.ts';
import { expectedCost, fillLedger, totalCost } from '../collector/src/repricing/many-calls.ts';
import { print, timed, withStore } from './bench.ts';

const CALLS = Number(process.argv[2] ?? 1_000_000);
const agreed = priceBook([{ model: '*', since: '2026-01-01', until: null, percentOff: '12.5', source: 'bench' }]);

await withStore(async (store) => {
  const total = () => totalCost(store);
  const expect = async (what: string, pico: bigint): Promise<void> => {
    const said = await total();
    if (said !== formatPico(pico))
      throw new Error(`${what}: the ledger says ${said}, the calls sum up to ${formatPico(pico)}`);
  };
  await fillLedger(store, CALLS, LIST_PRICES);
  const question = await timed(() => expect('at arrival', expectedCost(CALLS, LIST_PRICES)));

  const repricer = repricerOn(store, { prices: () => agreed });
  const dryRun = await timed(async () => {
    const { id } = await repricer.begin({});
    await repricer.idle();
    return (await repricer.find(id)) ?? Promise.reject(new Error('the dry run is gone'));
  });
  if (dryRun.result.status !== 'ready')
    throw new Error(`the dry run is ${dryRun.result.status}: ${dryRun.result.error}`);
  await expect('after the dry run', expectedCost(CALLS, LIST_PRICES));
  const applying = await timed(() => repricer.apply(dryRun.result.id));
  await expect('applied', expectedCost(CALLS, agreed));
  const after = await timed(total);

  print('repricing', [
    { name: 'calls', value: CALLS, unit: 'calls' },
    { name: 'changed', value: dryRun.result.differences?.changedCalls ?? 0, unit: 'calls' },
    { name: 'dry run', value: dryRun.seconds, unit: 's' },
    { name: 'dry run, CPU', value: dryRun.cpuSeconds, unit: 's' },
    { name: 'dry run speed', value: CALLS / dryRun.seconds, unit: 'calls/s' },
    { name: 'apply', value: applying.seconds, unit: 's' },
    { name: 'total before, from reports', value: question.seconds, unit: 's' },
    { name: 'total after, from reports', value: after.seconds, unit: 's' },
    { name: 'totals equal the bigint sum', value: 'yes', unit: '' },
  ]);
});
