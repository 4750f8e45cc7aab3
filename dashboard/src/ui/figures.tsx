// Figures as text: short to read, exact in the title, unknown in words.
import { formatCalls, formatCompact, formatCount, formatShare, formatUsd, formatUsdExact, UNKNOWN } from '../format.ts';

export function Usd({ value, testId }: { value: string | null; testId?: string }) {
  return (
    <span
      className={value === null ? 'figure is-unknown' : 'figure'}
      title={value === null ? 'No price is known for these calls' : formatUsdExact(value)}
      data-testid={testId}
      data-value={testId ? (value ?? UNKNOWN) : undefined}
    >
      {formatUsd(value)}
    </span>
  );
}

/** Beside an amount: calls without a known price are not in it. Nothing where there are none, or where all are. */
export function AtLeast({ usd, unpriced }: { usd: string | null; unpriced: number }) {
  return unpriced > 0 && usd !== null ? (
    <span
      className="is-muted"
      title={`${formatCalls(unpriced)} without a known price ${unpriced === 1 ? 'is' : 'are'} not in it`}
    >
      {' '}
      +?
    </span>
  ) : null;
}

export function Count({ value }: { value: number | null }) {
  return (
    <span className={value === null ? 'figure is-unknown' : 'figure'} title={formatCount(value)}>
      {formatCompact(value)}
    </span>
  );
}

/** The change against the window before. `good` says which way is better; money and counts have none. */
export function Change({
  change,
  good,
  points = false,
}: {
  change: number | null;
  good?: 'up' | 'down';
  points?: boolean;
}) {
  if (change === null) return <span className="change">no earlier figure</span>;
  const size = Math.abs(change);
  const flat = size < (points ? 0.0005 : 0.005);
  const tone = flat || !good ? '' : change > 0 === (good === 'up') ? 'is-good' : 'is-bad';
  const text = points
    ? `${(size * 100).toFixed(1)} pt`
    : size >= 10
      ? `${Math.round(size + 1)}×`
      : formatShare(Math.round(size * 1000) / 1000);
  return (
    <span className={`change ${tone}`}>
      {flat ? (
        'as before'
      ) : (
        <>
          <span aria-hidden>{change > 0 ? '▲' : '▼'}</span> {text}{' '}
          <span className="visually-hidden">{change > 0 ? 'more' : 'less'}</span>
          <span className="change-than"> vs before</span>
        </>
      )}
    </span>
  );
}
