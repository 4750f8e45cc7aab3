// Counts by column and row as shades, and a rectangle of them to choose with the pointer or the cursor keys. Own drawing, since
// no chart of the library has cells. Knows columns, rows, counts and positions; nothing of time, latency or endpoints.
import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, memo, type PointerEvent, useState } from 'react';

/** Positions of columns and rows; both ends are in it. Row 0 is the lowest. */
export interface Cells {
  fromColumn: number;
  toColumn: number;
  fromRow: number;
  toRow: number;
}

interface HeatMapProps {
  label: string;
  /** By column, and within it by row. */
  counts: readonly (readonly number[])[];
  most: number;
  /** What the rows' borders are called, lowest first: one more than there are rows; empty for one that is not said. */
  borders: readonly string[];
  /** What some columns begin with. */
  ticks: readonly { column: number; label: string }[];
  /** A border to look at: the number of rows below it. */
  level?: { row: number; label: string } | undefined;
  /** Columns in which something happened. */
  marks: readonly { column: number; label: string }[];
  chosen: Cells | null;
  onChoose: (cells: Cells) => void;
  /** What is read of the cell beneath the pointer. */
  reading: (column: number, row: number) => { head: string; text: string };
  height: number;
}

/** A column and a row. */
type Cell = [column: number, row: number];
const STEPS: Readonly<Record<string, Cell>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
const within = (place: number, size: number): number => Math.max(0, Math.min(size - 1, place));

const SHADES = 7;
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 8, 8, 22];

export function HeatMap(props: HeatMapProps) {
  const { label, counts, borders, ticks, level, marks, chosen, onChoose, reading, height } = props;
  const { ref, width } = useElementSize();
  const [drag, setDrag] = useState<{ from: Cell; to: Cell } | null>(null);
  const [over, setOver] = useState<Cell | null>(null);
  /** Where the keys began to mark a rectangle; it goes to the cell they are at. */
  const [anchor, setAnchor] = useState<Cell | null>(null);
  const [columns, rows] = [counts.length, borders.length - 1];
  const plot = { width: Math.max(0, width - LEFT - RIGHT), height: height - TOP - BOTTOM };
  const [wide, high] = [plot.width / Math.max(1, columns), plot.height / Math.max(1, rows)];
  const x = (column: number) => LEFT + column * wide;
  const y = (row: number) => TOP + plot.height - row * high;

  const cellAt = (event: PointerEvent<SVGSVGElement>): Cell => {
    const box = event.currentTarget.getBoundingClientRect();
    return [
      within(Math.floor((event.clientX - box.left - LEFT) / wide), columns),
      within(Math.floor((TOP + plot.height - (event.clientY - box.top)) / high), rows),
    ];
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = STEPS[event.key];
    const at: Cell = over ?? [columns - 1, 0];
    if (step) {
      const to: Cell = over === null ? at : [within(at[0] + step[0], columns), within(at[1] + step[1], rows)];
      setAnchor(event.shiftKey ? (anchor ?? at) : null);
      setOver(to);
    } else if (event.key === 'Enter' || event.key === ' ') {
      onChoose(cellsBetween(anchor ?? at, at));
      setAnchor(null);
    } else if (event.key === 'Escape' && over !== null) {
      setAnchor(null);
      setOver(null);
    } else return;
    event.preventDefault();
  };
  const cells = drag ? cellsBetween(drag.from, drag.to) : anchor && over ? cellsBetween(anchor, over) : chosen;
  const read = over && reading(...over);
  return (
    <div className="heat" ref={ref}>
      {width > 0 && (
        <svg
          width={width}
          height={height}
          role="application"
          aria-label={`${label} Cursor keys move over the cells, with Shift they mark a rectangle, Enter chooses it.`}
          tabIndex={0}
          onKeyDown={onKeyDown}
          onBlur={() => {
            setAnchor(null);
            setOver(null);
          }}
          onPointerDown={(event) => {
            setAnchor(null);
            event.currentTarget.setPointerCapture(event.pointerId);
            const cell = cellAt(event);
            setDrag({ from: cell, to: cell });
          }}
          onPointerMove={(event) => {
            const cell = cellAt(event);
            setOver(cell);
            if (drag) setDrag({ from: drag.from, to: cell });
          }}
          onPointerUp={() => {
            if (drag) onChoose(cellsBetween(drag.from, drag.to));
            setDrag(null);
          }}
          onPointerCancel={() => setDrag(null)}
          onPointerLeave={() => setOver(null)}
        >
          <Shades counts={counts} most={props.most} left={LEFT} bottom={TOP + plot.height} wide={wide} high={high} />
          {marks.map(({ column, label: what }) => (
            <line key={`${column} ${what}`} className="heat-mark" x1={x(column)} x2={x(column)} y1={TOP} y2={y(0)}>
              <title>{what}</title>
            </line>
          ))}
          {level && (
            <>
              <line className="heat-level" x1={LEFT} x2={LEFT + plot.width} y1={y(level.row)} y2={y(level.row)} />
              <text className="heat-level-label" x={LEFT + plot.width - 4} y={y(level.row) - 4} textAnchor="end">
                {level.label}
              </text>
            </>
          )}
          {cells && (
            <rect
              className="heat-chosen"
              x={x(cells.fromColumn)}
              y={y(cells.toRow + 1)}
              width={(cells.toColumn - cells.fromColumn + 1) * wide}
              height={(cells.toRow - cells.fromRow + 1) * high}
            />
          )}
          {over && <rect className="heat-over" x={x(over[0])} y={y(over[1] + 1)} width={wide} height={high} />}
          <line className="heat-axis" x1={LEFT} x2={LEFT + plot.width} y1={y(0)} y2={y(0)} />
          {borders.map((border, row) => (
            <text key={border || row} x={LEFT - 7} y={y(row) + 4} textAnchor="end">
              {border}
            </text>
          ))}
          {apart(ticks, wide).map(({ column, label: tick }) => (
            <text key={column} x={x(column)} y={height - 6} textAnchor={column === 0 ? 'start' : 'middle'}>
              {tick}
            </text>
          ))}
        </svg>
      )}
      {read && over && (
        <div
          className="reading heat-reading"
          // Beside the pointer, on the side that has room.
          style={x(over[0]) > width / 2 ? { right: width - x(over[0]) + 10 } : { left: x(over[0] + 1) + 10 }}
        >
          <p className="reading-head">{read.head}</p>
          <p>{read.text}</p>
        </div>
      )}
      <p className="visually-hidden" aria-live="polite">
        {read && `${read.head}, ${read.text}`}
      </p>
    </div>
  );
}

const TICK_WIDTH = 62;
/** Without those that would run into the one before. */
function apart(ticks: HeatMapProps['ticks'], wide: number): HeatMapProps['ticks'] {
  let next = 0;
  return ticks.filter(({ column }) => {
    const fits = column * wide >= next;
    if (fits) next = column * wide + TICK_WIDTH;
    return fits;
  });
}

/** Apart, so that moving the pointer draws none of the cells again. */
const Shades = memo(function Shades({
  counts,
  most,
  left,
  bottom,
  wide,
  high,
}: Pick<HeatMapProps, 'counts' | 'most'> & { left: number; bottom: number; wide: number; high: number }) {
  const gap = wide > 5 ? 1 : 0;
  return counts.flatMap((column, at) =>
    column.map((count, row) =>
      count === 0 ? null : (
        <rect
          key={`${at} ${row}`}
          className={`heat-${shadeOf(count, most)}`}
          x={left + at * wide}
          y={bottom - (row + 1) * high}
          width={Math.max(0.5, wide - gap)}
          height={Math.max(0.5, high - 1)}
        />
      ),
    ),
  );
});

const [KEY_WIDE, KEY_HIGH] = [11, 10];
/** Every shade there is, the weakest first. */
export const HeatShades = () => (
  <svg width={SHADES * KEY_WIDE} height={KEY_HIGH} aria-hidden>
    {Array.from({ length: SHADES }, (_, shade) => (
      <rect key={shade} className={`heat-${shade + 1}`} x={shade * KEY_WIDE} width={KEY_WIDE - 1} height={KEY_HIGH} />
    ))}
  </svg>
);

/** By the logarithm: one call among thousands of others is to be seen, too. */
const shadeOf = (count: number, most: number): number =>
  most <= 1 ? SHADES : 1 + Math.round(((SHADES - 1) * Math.log(count)) / Math.log(most));

function cellsBetween([column, row]: Cell, [otherColumn, otherRow]: Cell): Cells {
  return {
    fromColumn: Math.min(column, otherColumn),
    toColumn: Math.max(column, otherColumn),
    fromRow: Math.min(row, otherRow),
    toRow: Math.max(row, otherRow),
  };
}
