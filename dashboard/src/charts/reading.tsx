// What the crosshair reads: every series at one point.
import type { Part, Point, Series } from './points.ts';

export function Reading({
  point,
  series,
  formatAt,
}: {
  point: Point;
  series: readonly Series[];
  formatAt: (at: number) => string;
}) {
  const parts = series.flatMap((one) => (point.parts[one.key] ? [{ ...one, part: point.parts[one.key] as Part }] : []));
  return (
    <div className="reading">
      <p className="reading-head">
        <span>{formatAt(point.at)}</span>
        {point.totalLabel !== null && <span className="figure">{point.totalLabel}</span>}
      </p>
      {parts
        .toSorted((one, other) => other.part.size - one.part.size)
        .map(({ key, label, colour, part }) => (
          <p key={key}>
            <span className="dotted-name">
              <span className="dot" style={{ background: colour }} />
              <span className="name">{label}</span>
            </span>
            <span className="figure">{part.label}</span>
          </p>
        ))}
      {parts.length === 0 && <p>Nothing known</p>}
    </div>
  );
}
