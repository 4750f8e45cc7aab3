// What the crosshair reads: every series at one point, exactly; or about how low and how high each is over a stretch of points.
import { endsOf, partsOver, type Place, pointsAt } from './places.ts';
import { type Part, type Series, sizeOfBar } from './points.ts';

interface ReadingProps {
  place: Place;
  series: readonly Series[];
  formatSize: (size: number) => string;
  formatAt: (at: number) => string;
}

export function Reading({ place, series, formatSize, formatAt }: ReadingProps) {
  const points = pointsAt(place);
  const isStretch = points.length > 1;
  const [first, last] = [points[0] ?? place, points.at(-1) ?? place];
  const total = isStretch && place.totalLabel !== null ? over(points.map(sizeOfBar), formatSize) : place.totalLabel;
  const sizes = (parts: readonly Part[]) => parts.map(({ size }) => size);
  const read = series.flatMap((one) => {
    const parts = partsOver(points, one.key);
    const [part] = parts;
    if (!part) return [];
    const words = isStretch ? over(sizes(parts), formatSize) : part.label;
    return [{ ...one, most: Math.max(...sizes(parts)), words }];
  });
  return (
    <div className="reading">
      <p className="reading-head">
        <span>{isStretch ? fromTo(formatAt(first.at), formatAt(last.at)) : formatAt(place.at)}</span>
        {total !== null && <span className="figure">{total}</span>}
      </p>
      {read
        .toSorted((one, other) => other.most - one.most)
        .map(({ key, label, colour, words }) => (
          <p key={key}>
            <span className="dotted-name">
              <span className="dot" style={{ background: colour }} />
              <span className="name">{label}</span>
            </span>
            <span className="figure">{words}</span>
          </p>
        ))}
      {read.length === 0 && <p>Nothing known</p>}
      {isStretch && <p className="is-muted">Lowest and highest of {points.length}. Drag to see each.</p>}
    </div>
  );
}

const fromTo = (from: string, to: string): string => (from === to ? from : `${from} – ${to}`);

/** From the lowest to the highest, in as few digits as on the axis. */
function over(sizes: readonly number[], formatSize: (size: number) => string): string {
  const ends = endsOf(sizes, (size) => size);
  return ends ? fromTo(formatSize(ends.lowest), formatSize(ends.highest)) : '';
}
