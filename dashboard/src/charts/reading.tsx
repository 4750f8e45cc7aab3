// What the crosshair reads: every series at one point, exactly; or about how low and how high each is over a stretch of points. To be
// seen, and to be heard.
import { endsOf, partsOver, type Place, pointsAt } from './places.ts';
import { type Part, type Series, sizeOfBar } from './points.ts';

interface ReadingProps {
  place: Place;
  series: readonly Series[];
  formatSize: (size: number) => string;
  formatAt: (at: number) => string;
}

/** What is read at a place: when, all together, and each series that is known there, the largest first. */
function readAt({ place, series, formatSize, formatAt }: ReadingProps) {
  const points = pointsAt(place);
  const isStretch = points.length > 1;
  const [first, last] = [points[0] ?? place, points.at(-1) ?? place];
  const sizes = (parts: readonly Part[]) => parts.map(({ size }) => size);
  const read = series.flatMap((one) => {
    const parts = partsOver(points, one.key);
    const [part] = parts;
    if (!part) return [];
    const words = isStretch ? over(sizes(parts), formatSize) : part.label;
    return [{ ...one, most: Math.max(...sizes(parts)), words }];
  });
  return {
    when: isStretch ? fromTo(formatAt(first.at), formatAt(last.at)) : formatAt(place.at),
    total: isStretch && place.totalLabel !== null ? over(points.map(sizeOfBar), formatSize) : place.totalLabel,
    read: read.toSorted((one, other) => other.most - one.most),
    stretch: isStretch ? points.length : null,
  };
}

export function Reading(props: ReadingProps) {
  const { when, total, read, stretch } = readAt(props);
  return (
    <div className="reading">
      <p className="reading-head">
        <span>{when}</span>
        {total !== null && <span className="figure">{total}</span>}
      </p>
      {read.map(({ key, label, colour, words }) => (
        <p key={key}>
          <span className="dotted-name">
            <span className="dot" style={{ background: colour }} />
            <span className="name">{label}</span>
          </span>
          <span className="figure">{words}</span>
        </p>
      ))}
      {read.length === 0 && <p>Nothing known</p>}
      {stretch !== null && <p className="is-muted">Lowest and highest of {stretch}. Drag to see each.</p>}
    </div>
  );
}

/** The same in one sentence, for who hears it: "17 Nov, 13:00: $1.20. support-chat $0.80, search $0.40". */
export function readingInWords(props: ReadingProps): string {
  const { when, total, read } = readAt(props);
  const parts = read.length === 0 ? 'Nothing known' : read.map(({ label, words }) => `${label} ${words}`).join(', ');
  return total === null ? `${when}: ${parts}` : `${when}: ${total}. ${parts}`;
}

const fromTo = (from: string, to: string): string => (from === to ? from : `${from} – ${to}`);

/** From the lowest to the highest, in as few digits as on the axis. */
function over(sizes: readonly number[], formatSize: (size: number) => string): string {
  const ends = endsOf(sizes, (size) => size);
  return ends ? fromTo(formatSize(ends.lowest), formatSize(ends.highest)) : '';
}
