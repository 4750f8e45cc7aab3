// What a chart over time is given: series, and points that hold a part of each. Knows nothing of money, dimensions or endpoints.

export interface Series {
  key: string;
  label: string;
  colour: string;
  /** Drawn as a broken line: what stands beside the others for comparison. */
  dashed?: boolean;
}
/** `size` only places it; `label` is the exact value in words, `exact` the same for machines. */
export interface Part {
  size: number;
  label: string;
  exact: string;
}
export interface Point {
  /** The start of the bucket, milliseconds since the epoch. */
  at: number;
  /** By the key of the series; a series without a part is unknown here, and not zero. */
  parts: Readonly<Record<string, Part>>;
  /** The sum of the parts in words; null where they are nothing to add up, as percentiles. */
  totalLabel: string | null;
}

/** Series have the names of people's features: one may be called `constructor`, and is unknown where it is not told. */
export const partsOf = (entries: Iterable<readonly [key: string, part: Part]>): Record<string, Part> =>
  Object.assign(Object.create(null) as Record<string, Part>, Object.fromEntries(entries));

/** How high all parts of a point stand, one upon the other. Less than nothing is not drawn. */
export const sizeOfBar = ({ parts }: Point): number =>
  Object.values(parts).reduce((sum, { size }) => sum + Math.max(0, size), 0);

/** Where a part leads to: its series at that point. Null when there is no way to say which calls these are. */
export type PartHref = (series: Series, at: number) => string | null;

/** Something that happened, drawn on the time axis: a price changed, a model came into use. */
export interface Mark {
  at: number;
  label: string;
  /** Between which instants the calls lie that it is worked out from; absent where it is of none. */
  calls?: { from: number; to: number };
}

/** The same each time, so that a chart without marks is not drawn anew. */
export const NO_MARKS: readonly Mark[] = [];

/** The start of the bucket that a mark falls into: charts know no instants between. */
export function markedPoint(mark: Mark, points: readonly { at: number }[]): number | null {
  return points.findLast(({ at }) => at <= mark.at)?.at ?? null;
}
