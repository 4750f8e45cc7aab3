// One bar of a stack: its parts one upon the other, each a link to what is behind it. The library is given whole bars and these are
// divided here: it does much for each mark it is told of, and a page has hundreds of parts.
import type { BarShapeProps } from 'recharts';
import type { MouseEvent } from 'react';
import { type Part, type PartHref, type Point, type Series, sizeOfBar } from './points.ts';

interface StackProps {
  /** Of the whole bar. */
  shape: BarShapeProps;
  /** From the ground up. */
  series: readonly Series[];
  formatAt: (at: number) => string;
  testId: string | undefined;
  hrefOf: PartHref | undefined;
  onFollow: (event: MouseEvent<Element>) => void;
}

/** What there is at a point, and how much lies below it. */
function partsOf({ parts }: Point, series: readonly Series[]) {
  const found: { one: Series; part: Part; below: number }[] = [];
  let below = 0;
  for (const one of series) {
    const part = parts[one.key];
    if (!part || part.size <= 0) continue;
    found.push({ one, part, below });
    below += part.size;
  }
  return found;
}

export function Stack({ shape, series, formatAt, testId, hrefOf, onFollow }: StackProps) {
  const point = shape.payload as Point;
  const pixels = shape.height / sizeOfBar(point);
  const ground = shape.y + shape.height;
  const when = formatAt(point.at);
  const drawn = partsOf(point, series).map(({ one, part, below }) => {
    // A hairline of ground between neighbours; what is there is never thinner than a pixel.
    const height = Math.max(1, part.size * pixels - 1);
    const words = `${one.label}: ${part.label}, ${when}`;
    const href = hrefOf?.(one, point.at) ?? null;
    const rect = (
      <rect
        key={one.key}
        x={shape.x}
        y={ground - below * pixels - height}
        width={Math.max(1, shape.width)}
        height={height}
        rx={Math.min(1.5, height / 2)}
        fill={one.colour}
        {...(href === null ? { role: 'img', 'aria-label': words } : {})}
        data-testid={testId}
        data-series={one.key}
        data-at={point.at}
        data-value={part.exact}
      />
    );
    if (href === null) return rect;
    return (
      // By keyboard the same links are in the table view: hundreds of stops in a chart help nobody. Plain links: hundreds of the
      // router's own would each listen to where the page is.
      <a
        key={one.key}
        href={href}
        aria-label={`${words}. Show these calls`}
        tabIndex={-1}
        draggable={false}
        onDragStart={keepStill}
        onClick={onFollow}
      >
        {rect}
      </a>
    );
  });
  return <g>{drawn}</g>;
}

const keepStill = (event: { preventDefault(): void }) => event.preventDefault();
