// What is marked on a time axis: deploys, prices that changed, models that came into use; and on one of spend the buckets that
// stand out. Pure.
import type { Bucket, ChangesAnswer, MetricsRow, PricesAnswer } from '@spanledger/collector/contract';
import type { Mark } from '../charts/points.ts';
import { formatUsd, sumUsd } from '../format.ts';
import { numberOf, textOf } from '../ui/rows.ts';
import { bucketStarts } from '../url/buckets.ts';

/** With fewer buckets than this nothing can stand out. */
const FEWEST = 8;
/** What is usual of an hour of the day, or of a day of the week, so many of them tell. */
const FEWEST_ALIKE = 3;
/** How many robust standard deviations away from the median, and by which part of it. */
const FAR = 4;
const LEAST_PART = 0.5;
/**
 * Of so few calls one that is dear makes a bucket dear: nothing stands out where a bucket has usually no more than this, as the
 * minutes of most ledgers. Of sixty buckets drawn at random from the demo's calls four stand out at 10 calls each, one in five
 * times at 30.
 */
const FEW_CALLS = 30;
/** The median absolute deviation times this is the standard deviation of a normal distribution. */
const MAD_TO_SIGMA = 1.4826;

interface Answer {
  from: string;
  to: string;
  bucket: Bucket;
  /** By model, bucketed, with `costUsd` and, for what stands out, `calls`. */
  rows: readonly MetricsRow[];
}

/** What changed; undefined where it is not known yet. */
export interface Changes {
  cards: PricesAnswer['cards'] | undefined;
  began: ChangesAnswer | undefined;
}

const inOrder = (marks: readonly Mark[]): Mark[] => marks.toSorted((one, other) => one.at - other.at);

/** In the order of time. */
export function marksOfChanges(answer: Answer, { cards = [], began }: Changes): Mark[] {
  return inOrder([...priceChanges(answer, cards), ...(began ? beginnings(began) : [])]);
}
/** The same with the buckets that stand out for what they cost. */
export function marksOfSpend(answer: Answer, changes: Changes, timezone: string): Mark[] {
  return inOrder([...unusualBuckets(answer, timezone), ...marksOfChanges(answer, changes)]);
}

const beginnings = ({ deploys, models }: ChangesAnswer): Mark[] => [
  ...deploys.map(({ service, version, at }) => ({ at: Date.parse(at), label: `${service} ${version} deployed` })),
  ...models.map(({ model, at }) => ({ at: Date.parse(at), label: `first calls on ${model}` })),
];

const startOf = (row: MetricsRow) => Date.parse(textOf(row, 'bucket') ?? '');

/** Buckets with far more spend than is usual for the like of them. A bucket that is cut off says no less. */
function unusualBuckets({ from, to, bucket, rows }: Answer, timezone: string): Mark[] {
  const byStart = grouped(rows, startOf);
  const spent = bucketStarts(Date.parse(from), Date.parse(to), bucket, timezone).map((at) => {
    const within = byStart.get(at) ?? [];
    return {
      at,
      usd: sumUsd(within.map((row) => textOf(row, 'costUsd'))),
      calls: within.reduce((sum, row) => sum + (numberOf(row, 'calls') ?? 0), 0),
    };
  });
  if (spent.length < FEWEST) return [];
  const sizes = spent.map(({ usd }) => Number(usd ?? 0));
  const like = alike(
    spent.map(({ at }) => at),
    bucket,
    timezone,
  );
  if (like === null) return [];
  const usual = usualOf(like, sizes);
  const usualCalls = usualOf(
    like,
    spent.map(({ calls }) => calls),
  );
  const spread = MAD_TO_SIGMA * median(sizes.map((size, index) => Math.abs(size - (usual[index] ?? 0))));
  return spent.flatMap(({ at, usd }, index) => {
    const [size, ordinary] = [sizes[index] ?? 0, usual[index] ?? 0];
    const many = (usualCalls[index] ?? 0) > FEW_CALLS;
    return many && ordinary > 0 && size - ordinary > Math.max(FAR * spread, LEAST_PART * ordinary)
      ? [
          {
            at,
            label: `${formatUsd(usd)}, ${(size / ordinary).toFixed(1)}× the usual`,
            calls: { from: Math.max(at, Date.parse(from)), to: spent[index + 1]?.at ?? Date.parse(to) },
          },
        ]
      : [];
  });
}

/**
 * Which buckets are like each, by a name that these have in common: those of the same hour of the day, of the same day of the week,
 * else all. Null where hours of too few days are there to say: a working hour is no exception because the night before it was quiet.
 */
function alike(starts: readonly number[], bucket: Bucket, timezone: string): string[] | null {
  const likeness =
    bucket === 'hour'
      ? new Intl.DateTimeFormat('en', { hour: 'numeric', timeZone: timezone })
      : bucket === 'day'
        ? new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: timezone })
        : null;
  const kinds = starts.map((at) => likeness?.format(at) ?? '');
  const known = [...grouped(kinds, (kind) => kind).values()].every(({ length }) => length >= FEWEST_ALIKE);
  if (!known && bucket === 'hour') return null;
  return known ? kinds : kinds.map(() => '');
}

/** The median of the buckets like each. */
function usualOf(kinds: readonly string[], sizes: readonly number[]): number[] {
  const ofKind = grouped(sizes, (_, index) => kinds[index]);
  const medians = new Map([...ofKind].map(([kind, some]) => [kind, median(some)]));
  return kinds.map((kind) => medians.get(kind) ?? 0);
}

/** Rows of the price list that began within the window, of models that were used in it, where another row held before. */
function priceChanges({ from, to, rows }: Answer, cards: PricesAnswer['cards']): Mark[] {
  const used = new Set(rows.map((row) => textOf(row, 'model')));
  const marks = new Map<string, Mark>();
  for (const { model, since } of cards) {
    const at = Date.parse(since ?? '');
    const within = at > Date.parse(from) && at < Date.parse(to);
    if (!within || !used.has(model) || !cards.some((one) => one.model === model && one.until === since)) continue;
    marks.set(`${model} ${since}`, { at, label: `the price of ${model} changed` });
  }
  return [...marks.values()];
}

function grouped<One, Key>(all: readonly One[], keyOf: (one: One, index: number) => Key): Map<Key, One[]> {
  const groups = new Map<Key, One[]>();
  for (const [index, one] of all.entries()) {
    const key = keyOf(one, index);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
