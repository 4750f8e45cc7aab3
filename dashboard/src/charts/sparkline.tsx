// A small line that shows a course, not values: unknown points are gaps.
interface SparklineProps {
  label: string;
  values: readonly (number | null)[];
  height?: number;
}

export function Sparkline({ label, values, height = 36 }: SparklineProps) {
  const width = 200;
  const known = values.filter((value) => value !== null);
  const most = Math.max(...known, 0);
  const x = (index: number) => (values.length < 2 ? width / 2 : 2 + (index / (values.length - 1)) * (width - 4));
  const y = (value: number) => (most === 0 ? height - 2 : height - 2 - (value / most) * (height - 5));
  const lines: string[] = [];
  const dots: number[] = [];
  let line: string[] = [];
  values.forEach((value, index) => {
    if (value !== null) line.push(`${x(index).toFixed(1)},${y(value).toFixed(1)}`);
    if (value === null || index === values.length - 1) {
      if (line.length === 1) dots.push(value === null ? index - 1 : index);
      if (line.length > 1) lines.push(line.join(' '));
      line = [];
    }
  });
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      height={height}
      role="img"
      aria-label={label}
    >
      <line x1={0} x2={width} y1={height - 1} y2={height - 1} className="sparkline-ground" />
      {lines.map((points) => (
        <polyline key={points} points={points} className="sparkline-line" />
      ))}
      {dots.map((index) => (
        <line
          key={index}
          x1={x(index) - 1.5}
          x2={x(index) + 1.5}
          y1={y(values[index] ?? 0)}
          y2={y(values[index] ?? 0)}
          className="sparkline-line"
        />
      ))}
    </svg>
  );
}
