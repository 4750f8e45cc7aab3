import type { TraceSpan } from '@spanledger/collector/contract';
import { describe, expect, it } from 'vitest';
import { placeOf, ticksOf, tickWords } from './axis.ts';
import { foldedAround, foldedAtFirst, idsAbove, ORPHANS, rowsOf, treeOf } from './tree.ts';

const span = (spanId: string, parentSpanId: string | null, offsetMs = 0, orphan = false): TraceSpan => ({
  spanId,
  parentSpanId,
  orphan,
  offsetMs,
  durationMs: 1,
  name: spanId,
  scope: '',
  service: null,
  kind: 'internal',
  part: 'other',
  startedAt: '2026-11-01T09:30:00Z',
  status: 'ok',
  callId: null,
  counted: false,
  sent: true,
  rolledUp: {
    calls: 0,
    unpricedCalls: 0,
    callsWithoutUsage: 0,
    costUsd: '0.000000000000',
    inputTokens: 0,
    cacheWriteTokens: 0,
    cacheReadTokens: 0,
    outputTokens: 0,
  },
  attributes: {},
});
const SPANS = [
  span('late', 'root', 30),
  span('root', null, 0),
  span('early', 'root', 10),
  span('leaf', 'early', 12),
  span('lost', 'gone', 5, true),
  span('beneath lost', 'lost', 6),
];
const drawn = (folded: string[] = []) =>
  rowsOf(treeOf(SPANS), new Set(folded)).map(({ node, level, place, siblings, expanded }) => [
    node.id,
    level,
    `${place} of ${siblings}`,
    expanded,
  ]);

describe('the rows of a trace', () => {
  it('stand in order of time beneath their parents, orphans under a root of their own', () => {
    expect(drawn()).toEqual([
      ['root', 1, '1 of 2', true],
      ['early', 2, '1 of 2', true],
      ['leaf', 3, '1 of 1', null],
      ['late', 2, '2 of 2', null],
      [ORPHANS, 1, '2 of 2', true],
      ['lost', 2, '1 of 1', true],
      ['beneath lost', 3, '1 of 1', null],
    ]);
  });
  it('hide what is beneath a folded one', () => {
    expect(drawn(['root', 'lost']).map(([id, , , expanded]) => [id, expanded])).toEqual([
      ['root', false],
      [ORPHANS, true],
      ['lost', false],
    ]);
  });
  it('count a parent that the answer left out as absent', () => {
    expect(rowsOf(treeOf([span('a', 'beyond')]), new Set()).map(({ node }) => node.id)).toEqual([ORPHANS, 'a']);
  });
  it('are as many as there are spans, in a chain of 10,000 too', () => {
    const chain = Array.from({ length: 10_000 }, (_, at) => span(`s${at}`, at === 0 ? null : `s${at - 1}`, at));
    expect(rowsOf(treeOf(chain), new Set())).toHaveLength(10_000);
  });
});

describe('what is folded at first', () => {
  it('is nothing in a trace that one can read', () => {
    expect(foldedAtFirst(treeOf(SPANS)).size).toBe(0);
  });
  it('is all below the second level of a large one, but for the way to the span that is shown', () => {
    const steps = Array.from({ length: 300 }, (_, at) => [
      span(`step${at}`, 'agent', at),
      span(`in${at}`, `step${at}`, at),
    ]);
    const tree = treeOf([span('root', null), span('agent', 'root'), ...steps.flat()]);
    expect(rowsOf(tree, foldedAtFirst(tree)).map(({ node }) => node.id)).toEqual(['root', 'agent']);
    const shown = rowsOf(tree, foldedAtFirst(tree, 'in7')).map(({ node }) => node.id);
    expect(shown).toHaveLength(2 + 300 + 1);
    expect(shown).toContain('in7');
  });
  it('is everything beside the way to a call, where the page is about that call', () => {
    const tree = treeOf(SPANS);
    expect(rowsOf(tree, foldedAround(tree, 'late')).map(({ node }) => node.id)).toEqual([
      'root',
      'early',
      'late',
      ORPHANS,
    ]);
    expect(idsAbove(tree.byId.get('leaf'))).toEqual(['early', 'root']);
  });
});

describe('the time axis', () => {
  it('has ticks at round times and none at its very end', () => {
    expect(ticksOf(9_900, 5)).toEqual([0, 2_000, 4_000, 6_000, 8_000]);
    expect(ticksOf(4_000, 4)).toEqual([0, 1_000, 2_000, 3_000]);
    expect(ticksOf(0, 5)).toEqual([0]);
    expect(ticksOf(40 * 86_400_000, 5).length).toBeLessThanOrEqual(6);
  });
  it.each([
    [0, '0'],
    [0.5, '0.5 ms'],
    [500, '500 ms'],
    [1_500, '1.5 s'],
    [120_000, '2 min'],
    [7_200_000, '2 h'],
  ])('writes %f ms as %s', (ms, words) => {
    expect(tickWords(ms)).toBe(words);
  });
  it('keeps every bar on it, and a trace without any length full', () => {
    expect(placeOf(2_500, 5_000, 10_000)).toEqual({ left: 25, width: 50 });
    expect(placeOf(9_000, 5_000, 10_000)).toEqual({ left: 90, width: 10 });
    expect(placeOf(0, 0, 0)).toEqual({ left: 0, width: 100 });
  });
});
