// What all charts over time share: where they meet (one crosshair for the whole page), and what they are told of marks.

/** Charts with this name show their crosshair together, at the same instant. */
export const CROSSHAIR = { syncId: 'page', syncMethod: 'value' } as const;

/** Something that happened, drawn on the time axis: a price changed, a model came into use. */
export interface Mark {
  at: number;
  label: string;
}

/** The start of the bucket that a mark falls into: charts know no instants between. */
export function markedPoint(mark: Mark, points: readonly { at: number }[]): number | null {
  return points.findLast(({ at }) => at <= mark.at)?.at ?? null;
}
