// Stacked bars over time. Knows points, series and how to say a size; nothing of money, dimensions or endpoints.
import { Bar, BarChart, type BarShapeProps, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';

export interface Series {
  key: string;
  label: string;
  colour: string;
}
/** `size` only places the bar; `label` is the exact value in words, `exact` the same for machines. */
export interface Part {
  size: number;
  label: string;
  exact: string;
}
export interface Point {
  at: number;
  parts: Readonly<Record<string, Part>>;
  totalLabel: string;
}

interface StackedBarsProps {
  label: string;
  points: readonly Point[];
  series: readonly Series[];
  formatSize: (size: number) => string;
  formatAt: (at: number) => string;
  formatAtLong: (at: number) => string;
  height: number;
  barTestId?: string;
}

export function StackedBars({
  label,
  points,
  series,
  formatSize,
  formatAt,
  formatAtLong,
  height,
  barTestId,
}: StackedBarsProps) {
  return (
    <div className="chart" role="group" aria-label={label}>
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 320, height }}>
        <BarChart
          data={points as Point[]}
          margin={{ top: 8, right: 4, bottom: 0, left: 8 }}
          barCategoryGap="18%"
          maxBarSize={48}
        >
          <CartesianGrid vertical={false} stroke="var(--sl-line)" />
          <XAxis
            dataKey="at"
            tickFormatter={formatAt}
            tickLine={false}
            axisLine={{ stroke: 'var(--sl-line-strong)' }}
            minTickGap={28}
            interval="equidistantPreserveStart"
          />
          <YAxis tickFormatter={formatSize} tickLine={false} axisLine={false} width="auto" tickCount={5} />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: 'var(--sl-sunken)' }}
            wrapperStyle={{ zIndex: 5 }}
            content={({ active, payload }) =>
              active && payload?.[0] ? (
                <Reading point={payload[0].payload as Point} series={series} formatAt={formatAtLong} />
              ) : null
            }
          />
          {series.map((one) => (
            <Bar
              key={one.key}
              stackId="all"
              name={one.label}
              dataKey={(point: Point) => point.parts[one.key]?.size ?? 0}
              fill={one.colour}
              isAnimationActive={false}
              shape={(shape: BarShapeProps) => (
                <Segment shape={shape} series={one} formatAt={formatAtLong} testId={barTestId} />
              )}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

function Segment({
  shape,
  series,
  formatAt,
  testId,
}: {
  shape: BarShapeProps;
  series: Series;
  formatAt: (at: number) => string;
  testId: string | undefined;
}) {
  const point = shape.payload as Point;
  const part = point.parts[series.key];
  if (!part || part.size <= 0) return <g />;
  // A hairline of ground between neighbours; what is there is never thinner than a pixel.
  const height = Math.max(1, shape.height - 1);
  return (
    <rect
      x={shape.x}
      y={shape.y + shape.height - height}
      width={Math.max(1, shape.width)}
      height={height}
      rx={Math.min(1.5, height / 2)}
      fill={series.colour}
      role="img"
      aria-label={`${series.label}: ${part.label}, ${formatAt(point.at)}`}
      data-testid={testId}
      data-series={series.key}
      data-value={part.exact}
    />
  );
}

function Reading({
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
        <span className="figure">{point.totalLabel}</span>
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
    </div>
  );
}
