// Bars up and down from a zero line: by how much something is more or less in each bucket. Knows points and how to say a
// size; nothing of money or endpoints.
import {
  Bar,
  BarChart,
  type BarShapeProps,
  CartesianGrid,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  YAxis,
} from 'recharts';
import { GRID, type TicksFor, TimeAxis, verticalAxis } from './axes.tsx';
import { ChartFrame, nameOf } from './heard.tsx';

/** `size` only places the bar; `label` is the exact difference in words, `lines` what it is the difference of. */
export interface Difference {
  at: number;
  size: number;
  label: string;
  exact: string;
  lines: readonly { name: string; label: string }[];
}

interface DifferenceBarsProps {
  label: string;
  points: readonly Difference[];
  formatSize: (size: number) => string;
  formatAt: (at: number) => string;
  ticksFor: TicksFor;
  height: number;
  barTestId?: string;
}

export function DifferenceBars({
  label,
  points,
  formatSize,
  formatAt,
  ticksFor,
  height,
  barTestId,
}: DifferenceBarsProps) {
  const wordsAt = (at: number) => {
    const point = points.find((one) => one.at === at);
    return point
      ? [`${formatAt(at)}: ${point.label}`, ...point.lines.map(({ name, label: words }) => `${name} ${words}`)].join(
          '. ',
        )
      : '';
  };
  return (
    <ChartFrame label={label} wordsAt={wordsAt}>
      {(heard) => (
        <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 320, height }}>
          <BarChart
            {...nameOf(label)}
            data={points as Difference[]}
            margin={{ top: 8, right: 4, bottom: 0, left: 24 }}
            barCategoryGap="18%"
            maxBarSize={48}
          >
            <CartesianGrid {...GRID} />
            <TimeAxis {...{ points, ticksFor, formatAt }} />
            <YAxis
              {...verticalAxis(
                points.map(({ size }) => size),
                formatSize,
              )}
            />
            <ReferenceLine y={0} stroke="var(--sl-line-strong)" />
            <Tooltip
              isAnimationActive={false}
              cursor={{ fill: 'var(--sl-sunken)' }}
              wrapperStyle={{ zIndex: 5 }}
              content={({ active, payload }) =>
                active && payload?.[0] ? <Reading point={payload[0].payload as Difference} formatAt={formatAt} /> : null
              }
            />
            <Bar
              dataKey="size"
              fill="var(--sl-accent)"
              isAnimationActive={false}
              shape={(shape: BarShapeProps) => <Mark shape={shape} formatAt={formatAt} testId={barTestId} />}
            />
            {heard}
          </BarChart>
        </ResponsiveContainer>
      )}
    </ChartFrame>
  );
}

function Mark({
  shape,
  formatAt,
  testId,
}: {
  shape: BarShapeProps;
  formatAt: (at: number) => string;
  testId: string | undefined;
}) {
  const point = shape.payload as Difference;
  if (point.size === 0) return <g />;
  // A bar downwards comes with a negative height; what is there is never thinner than a pixel.
  const height = Math.max(1, Math.abs(shape.height));
  const top = Math.min(shape.y, shape.y + shape.height);
  return (
    <rect
      x={shape.x}
      y={top}
      width={Math.max(1, shape.width)}
      height={height}
      rx={Math.min(1.5, height / 2)}
      fill="var(--sl-accent)"
      role="img"
      aria-label={`${formatAt(point.at)}: ${point.label}`}
      data-testid={testId}
      data-value={point.exact}
    />
  );
}

function Reading({ point, formatAt }: { point: Difference; formatAt: (at: number) => string }) {
  return (
    <div className="reading">
      <p className="reading-head">
        <span>{formatAt(point.at)}</span>
        <span className="figure">{point.label}</span>
      </p>
      {point.lines.map(({ name, label }) => (
        <p key={name}>
          <span>{name}</span>
          <span className="figure">{label}</span>
        </p>
      ))}
    </div>
  );
}
