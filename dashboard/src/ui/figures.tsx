// Figures as text: short to read, exact in the title, unknown in words.
import {
  formatCalls,
  formatCompact,
  formatCount,
  formatShare,
  formatUsd,
  formatUsdExact,
  lacksAll,
  UNKNOWN,
} from '../format.ts';

/** `unpriced`: of how many calls it lacks the cost, since no price is known. */
export function Usd({ value, unpriced = 0, testId }: { value: string | null; unpriced?: number; testId?: string }) {
  const isUnpriced = lacksAll(value, unpriced);
  return (
    <span
      className={value === null || isUnpriced ? 'figure is-unknown' : 'figure'}
      title={titleOf(value, unpriced)}
      data-testid={testId}
      data-value={testId ? (value ?? UNKNOWN) : undefined}
    >
      {isUnpriced ? 'unpriced' : formatUsd(value)}
    </span>
  );
}

function titleOf(usd: string | null, unpriced: number): string {
  if (usd === null) return 'No price is known for these calls';
  if (!lacksAll(usd, unpriced)) return formatUsdExact(usd);
  return `${formatCalls(unpriced)} without a known price; the others cost nothing`;
}

/** Beside an amount: calls without a known price are not in it. Nothing where there are none, or where it is nothing without them. */
export function AtLeast({ usd, unpriced }: { usd: string | null; unpriced: number }) {
  return unpriced > 0 && !lacksAll(usd, unpriced) ? (
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

const AMOUNT = /([+−]?\$[\d.,]*\d[KMB]?)/;
/** Words in which no amount is parted from its sign, or within, at the end of a line. */
export function Unbroken({ children }: { children: string }) {
  return children.split(AMOUNT).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <span key={index} className="figure">
        {part}
      </span>
    ),
  );
}
