import { expect, test } from 'vitest';
import { PRICE_TABLE_VERSION } from '@spanledger/instrumentation/pricing';
import { costDifference, type LedgerCost, type ReportedCost } from './cost-difference.ts';

const line = (confidence: 'first-party' | 'own') =>
  ({ card: { confidence } }) as LedgerCost['receipt']['lines'][number];
const LEDGER: LedgerCost = {
  costUsd: '0.066000000000',
  unpricedReason: null,
  receipt: { lines: [line('first-party')] },
  repriced: false,
};
const APP: ReportedCost = {
  appCostUsd: '0.066000000000',
  appPriceTable: PRICE_TABLE_VERSION,
  arrivalCostUsd: '0.066000000000',
  usageRank: 21,
};
/** What an app says that worked out twice the cost. */
const TWICE = { ...APP, appCostUsd: '0.132', arrivalCostUsd: '0.066000000000' };
const reason = (ledger: Partial<LedgerCost>, ...reports: ReportedCost[]) =>
  costDifference({ ...LEDGER, ...ledger }, reports)?.reason;

test('there is no difference where the app has the same cost, in however many places, or said none', () => {
  expect(costDifference(LEDGER, [APP, { ...APP, appCostUsd: '0.066' }])).toBeNull();
  expect(costDifference(LEDGER, [{ ...APP, appCostUsd: null }])).toBeNull();
  expect(costDifference(LEDGER, [])).toBeNull();
});

test('it is what the ledger says less what the app said', () => {
  // 66,000 - 132,000 micro-USD
  expect(costDifference(LEDGER, [TWICE])).toEqual({
    appUsd: '0.132000000000',
    ledgerUsd: '0.066000000000',
    differenceUsd: '-0.066000000000',
    reason: 'The reason is not known.',
  });
});

test('a call that the ledger cannot price says why', () => {
  expect(
    costDifference({ ...LEDGER, costUsd: null, unpricedReason: 'No price is known for the model "x".' }, [APP]),
  ).toEqual({
    appUsd: '0.066000000000',
    ledgerUsd: null,
    differenceUsd: null,
    reason: 'The ledger has no price: No price is known for the model "x".',
  });
});

test('re-priced since: only where the ledger had the same cost before', () => {
  const halved = { costUsd: '0.033000000000', repriced: true };
  expect(reason(halved, APP)).toMatch(/^The call was re-priced since/);
  expect(reason(halved, TWICE)).toBe('The reason is not known.');
  expect(reason({ ...halved, repriced: false }, APP)).toBe('The reason is not known.');
});

test('a fuller usage: only where the ledger priced what the app knew as the app did', () => {
  const cut = { ...APP, appCostUsd: '0.010000000000', arrivalCostUsd: '0.010000000000', usageRank: 11 };
  const full = { ...APP, appCostUsd: null, usageRank: 20 };
  expect(reason({}, cut, full)).toMatch(/^Another report knows the usage/);
  expect(reason({}, cut)).toBe('The reason is not known.');
  expect(reason({}, { ...cut, arrivalCostUsd: '0.020000000000' }, full)).toBe('The reason is not known.');
});

test('an own price of the ledger, then another price table', () => {
  const old = { ...TWICE, appPriceTable: '2026-06-01' };
  expect(reason({ receipt: { lines: [line('first-party'), line('own')] } }, old)).toMatch(/^The ledger has own prices/);
  expect(reason({}, old)).toBe(
    `The app used the price table of 2026-06-01, the ledger that of ${PRICE_TABLE_VERSION}.`,
  );
  expect(reason({}, { ...old, appPriceTable: null })).toBe('The reason is not known.');
});
