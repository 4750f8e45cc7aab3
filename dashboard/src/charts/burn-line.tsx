// What has been used up through a period, against a limit and an even pace. Knows sizes and instants only.
import { Area, ComposedChart, Line, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { tickRoom } from './axes.tsx';

interface BurnPoint {
  at: number;
  size: number;
  label: string;
}
interface BurnLineProps {
  label: string;
  points: readonly BurnPoint[];
  from: number;
  to: number;
  limit: number;
  limitLabel: string;
  /** Sizes at which somebody is told. */
  marks: readonly number[];
  formatSize: (size: number) => string;
  formatAt: (at: number) => string;
  height: number;
}

export function BurnLine({
  label,
  points,
  from,
  to,
  limit,
  limitLabel,
  marks,
  formatSize,
  formatAt,
  height,
}: BurnLineProps) {
  const most = Math.max(limit, ...points.map((point) => point.size)) * 1.08;
  const rows = [
    ...points.map((point) => ({ ...point, pace: undefined as number | undefined })),
    ...[from, to].map((at, end) => ({ at, pace: limit * end, size: undefined, label: undefined })),
  ].toSorted((one, other) => one.at - other.at);
  return (
    <div className="chart" role="img" aria-label={`${label}. ${limitLabel}`}>
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 320, height }}>
        <ComposedChart data={rows} margin={{ top: 6, right: 22, bottom: 0, left: 12 }} accessibilityLayer={false}>
          <XAxis
            dataKey="at"
            type="number"
            domain={[from, to]}
            ticks={[from, (from + to) / 2, to]}
            tickFormatter={formatAt}
            tickLine={false}
            axisLine={{ stroke: 'var(--sl-line-strong)' }}
            interval="preserveStartEnd"
          />
          <YAxis
            domain={[0, most]}
            ticks={[0, limit]}
            tickFormatter={formatSize}
            tickLine={false}
            axisLine={false}
            width={tickRoom([0, limit].map(formatSize))}
          />
          {marks.map((mark) => (
            <ReferenceLine key={mark} y={mark} stroke="var(--sl-line)" strokeDasharray="2 3" />
          ))}
          <ReferenceLine y={limit} stroke="var(--sl-bad)" strokeWidth={1.5} />
          <Line
            dataKey="pace"
            connectNulls
            stroke="var(--sl-line-strong)"
            strokeDasharray="4 4"
            dot={false}
            isAnimationActive={false}
            activeDot={false}
          />
          <Area
            dataKey="size"
            connectNulls
            type="linear"
            stroke="var(--sl-accent)"
            strokeWidth={2}
            fill="var(--sl-accent)"
            fillOpacity={0.12}
            isAnimationActive={false}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: 'var(--sl-line-strong)' }}
            content={({ active, payload }) => {
              const point = payload?.[0]?.payload as Partial<BurnPoint> | undefined;
              return active && point?.label !== undefined && point.at !== undefined ? (
                <div className="reading">
                  <p className="reading-head">
                    <span>{formatAt(point.at)}</span>
                    <span className="figure">{point.label}</span>
                  </p>
                </div>
              ) : null;
            }}
          />
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}
