import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DIMENSIONS } from '../contract.ts';
import { downStore } from '../store/fakes.ts';
import { metricsSql } from './metrics.ts';
import { whereClause } from './where.ts';

test('the same dimension repeated means any of its values, different ones mean all', () => {
  expect(whereClause(['feature:a', 'model:m:1', 'feature:b'])).toEqual({
    sql: `ifNull(feature, '') IN ({where0:Array(String)}) AND ifNull(model, '') IN ({where1:Array(String)})`,
    parameters: { where0: ['a', 'b'], where1: ['m:1'] },
  });
});

test('an empty value means not set, and no filter means everything', () => {
  expect(whereClause(['userId:', 'userId:u'])).toEqual({
    sql: `(ifNull(user_id, '') IN ({where0:Array(String)}) OR ifNull(user_id, '') = '')`,
    parameters: { where0: ['u'] },
  });
  expect(whereClause([])).toEqual({ sql: '1', parameters: {} });
});

test("the user's value is in the parameters and not in the text", () => {
  const query = {
    from: '2026-11-01T00:00:00Z',
    to: '2026-11-02T00:00:00Z',
    measures: ['calls'],
    by: [],
    bucket: 'hour',
  } as const;
  const store = { ...downStore, query: async () => [] };
  const sqlOf = (where: string[], timezone: string) =>
    metricsSql(store, { ...query, measures: ['calls'], by: [], where, timezone });
  return fc.assert(
    fc.asyncProperty(fc.constantFrom(...DIMENSIONS), fc.string({ minLength: 1 }), async (dimension, value) => {
      const { sql, parameters } = await sqlOf([`${dimension}:${value}`], value);
      expect(sql).toBe((await sqlOf([`${dimension}:other`], 'other')).sql);
      expect(parameters).toMatchObject({ where0: [value], timezone: value });
    }),
  );
});
