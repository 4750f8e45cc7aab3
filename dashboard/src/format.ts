// The one place where money, tokens, shares and times become words. Money comes in as exact decimal strings and is
// rounded by integer arithmetic on pico-dollars, never through a float. Unknown (null) is "unknown", never 0.

import { isRangedField, type RangedField, readRange } from '@spanledger/collector/contract/ranges';

export const UNKNOWN = 'unknown';
const PICO = 1_000_000_000_000n;

/** Pico-dollars of a decimal string with up to 12 places; throws on anything else. */
export function picoUsd(usd: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(usd);
  if (!match) throw new TypeError(`not a decimal amount: ${usd}`);
  const pico = BigInt((match[2] ?? '0') + (match[3] ?? '').padEnd(12, '0'));
  return match[1] === '-' ? -pico : pico;
}

/** The decimal string with 12 places, as the API writes it. */
export function usdOfPico(pico: bigint): string {
  const digits = String(pico < 0n ? -pico : pico).padStart(13, '0');
  return `${pico < 0n ? '-' : ''}${digits.slice(0, -12)}.${digits.slice(-12)}`;
}

/** The exact sum; null when nothing of it is known. */
export function sumUsd(amounts: Iterable<string | null>): string | null {
  let sum: bigint | null = null;
  for (const amount of amounts) if (amount !== null) sum = (sum ?? 0n) + picoUsd(amount);
  return sum === null ? null : usdOfPico(sum);
}

/** For reading: two places from one dollar up, three significant digits below it ("$0.0208", "$0.000312"). */
export function formatUsd(usd: string | null): string {
  if (usd === null) return UNKNOWN;
  const pico = picoUsd(usd);
  const size = pico < 0n ? -pico : pico;
  const sign = pico < 0n ? '−' : '';
  if (size === 0n) return '$0.00';
  const places = size >= PICO ? 2 : Math.min(12, Math.max(2, 12 - String(size).length + 3));
  const step = 10n ** BigInt(12 - places);
  const rounded = ((size + step / 2n) / step) * step;
  const whole = (rounded / PICO).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  let fraction = String(rounded % PICO)
    .padStart(12, '0')
    .slice(0, places);
  // $0.0200 says no more than $0.02.
  while (fraction.length > 2 && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  return `${sign}$${whole}.${fraction}`;
}

/** Every known digit and no more: "$0.0208", "$1,234.50". For titles and labels. */
export function formatUsdExact(usd: string | null): string {
  if (usd === null) return UNKNOWN;
  const [whole = '0', fraction = ''] = usd.replace('-', '').split('.');
  return `${usd.startsWith('-') ? '−' : ''}$${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`;
}

/** Whether nothing that has a price cost anything: the amount is then nothing, and says nothing of what the calls did cost. */
export const lacksAll = (usd: string | null, unpriced: number): boolean =>
  unpriced > 0 && (usd === null || picoUsd(usd) === 0n);

/** Exact; "$1.25 +?" where so many calls without a price are not in it, "unpriced" where it is nothing without them. */
export function formatUsdAtLeast(usd: string | null, unpriced = 0): string {
  if (lacksAll(usd, unpriced)) return 'unpriced';
  return unpriced > 0 ? `${formatUsdExact(usd)} +?` : formatUsdExact(usd);
}

/** The places that all of these amounts need, so that a column of them lines up at the point. */
export function placesOf(amounts: readonly string[]): number {
  return Math.max(2, ...amounts.map((usd) => (usd.split('.')[1] ?? '').replace(/0+$/, '').length));
}

/** Exact, with at least so many places: "$0.00120". */
export function formatUsdColumn(usd: string, places: number): string {
  const text = formatUsdExact(usd);
  const shown = text.length - text.indexOf('.') - 1;
  return text.padEnd(text.length + Math.max(0, places - shown), '0');
}

/** A rate as it is listed, "2" -> "$2.00", "0.125" -> "$0.125": every digit, two at least. */
export function formatRate(usd: string): string {
  const [whole = '0', fraction = ''] = usd.split('.');
  return `$${whole}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`;
}

/** After less before; null when one of them is unknown. */
export function differenceUsd(before: string | null, after: string | null): string | null {
  return before === null || after === null ? null : usdOfPico(picoUsd(after) - picoUsd(before));
}

/** A difference: "+$1.20", "−$0.0208", "$0.00". */
export function formatUsdSigned(usd: string | null): string {
  const text = formatUsd(usd);
  return usd !== null && picoUsd(usd) > 0n ? `+${text}` : text;
}

/** An axis tick: a rounded number of dollars, as short as possible. */
export function formatUsdTick(value: number): string {
  if (value === 0) return '$0';
  if (value < 0) return `−${formatUsdTick(-value)}`;
  if (value >= 1000) return `$${inCompact().format(value)}`;
  const text = value.toPrecision(3);
  return `$${text.includes('e') ? text : text.includes('.') ? text.replace(/\.?0+$/, '') : text}`;
}

/** The quotient of two amounts as a number (for bars and percentages only); null when it cannot be said. */
export function ratioUsd(part: string | null, whole: string | null): number | null {
  if (part === null || whole === null) return null;
  const divisor = picoUsd(whole);
  return divisor === 0n ? null : Number((picoUsd(part) * 1_000_000n) / divisor) / 1_000_000;
}

/** An amount divided by a count, rounded to the pico-dollar. */
export function divideUsd(usd: string | null, count: number): string | null {
  if (usd === null || !Number.isInteger(count) || count <= 0) return null;
  const pico = picoUsd(usd);
  const divisor = BigInt(count);
  const half = divisor / 2n;
  return usdOfPico((pico + (pico < 0n ? -half : half)) / divisor);
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
let compact: Intl.NumberFormat | undefined;
/** Made when it is first wanted: that takes as long as a whole chart of bars. */
const inCompact = () => (compact ??= new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }));

export function formatCount(count: number | null): string {
  return count === null ? UNKNOWN : whole.format(count);
}

/** "1 call", "7 calls". */
export function formatCalls(count: number): string {
  return `${whole.format(count)} ${count === 1 ? 'call' : 'calls'}`;
}

/** "1 retry", "7 retries", "retries not told". */
export function formatRetries(count: number | null): string {
  return count === null ? 'retries not told' : `${whole.format(count)} ${count === 1 ? 'retry' : 'retries'}`;
}

/** "12.4K": for tight places; the title carries formatCount. */
export function formatCompact(count: number | null): string {
  return count === null ? UNKNOWN : Math.abs(count) < 10_000 ? whole.format(count) : inCompact().format(count);
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** In powers of 1,000, three significant digits: "1.25 GB". */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = (bytes / 1000 ** power).toLocaleString('en-US', { maximumSignificantDigits: power === 0 ? 4 : 3 });
  return `${value}\u00a0${BYTE_UNITS[power]}`;
}

/** A share between 0 and 1: "42.3 %", "0.04 %", "100 %". */
export function formatShare(share: number | null): string {
  if (share === null) return UNKNOWN;
  const percent = share * 100;
  const size = Math.abs(percent);
  const places = size === 0 || size === 100 ? 0 : size < 0.1 ? 2 : 1;
  return `${percent.toFixed(places)} %`;
}

/** An axis tick: a share in as few digits as it needs, "40 %" or "2.5 %". */
export const formatShareTick = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

export function formatPercent(percent: number): string {
  return `${percent.toFixed(percent !== 0 && Math.abs(percent) < 10 ? 1 : 0)} %`;
}

export function formatDuration(ms: number | null): string {
  if (ms === null) return UNKNOWN;
  if (ms < 1) return '< 1 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** How now stands to before: 0.12 is "12 % more". Null when before was nothing or unknown. */
export function changeOf(now: number | null, before: number | null): number | null {
  if (now === null || before === null || before === 0) return null;
  return (now - before) / Math.abs(before);
}

const formats = new Map<string, Intl.DateTimeFormat>();
function dateFormat(timezone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timezone} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format)
    formats.set(key, (format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: timezone, hourCycle: 'h23' })));
  return format;
}

const DAY = { day: 'numeric', month: 'short' } as const;
const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;

export function formatInstant(instant: string | number | null, timezone: string): string {
  return instant === null
    ? UNKNOWN
    : dateFormat(timezone, { ...DAY, ...CLOCK, second: '2-digit' }).format(new Date(instant));
}

export function formatMinute(instant: string | number, timezone: string): string {
  return dateFormat(timezone, { ...DAY, ...CLOCK }).format(new Date(instant));
}

/** A stretch of time, to the minute: with its years where one of them is not that of `now`, at its end alone when both are one. */
export function formatStretch(from: string, to: string, timezone: string, now = Date.now()): string {
  const yearOf = (instant: string | number) => dateFormat(timezone, { year: 'numeric' }).format(new Date(instant));
  const [first, last] = [yearOf(from), yearOf(to)];
  const dated = (instant: string) =>
    dateFormat(timezone, { ...DAY, year: 'numeric', ...CLOCK }).format(new Date(instant));
  const isThisYear = first === last && last === yearOf(now);
  return `${first === last ? formatMinute(from, timezone) : dated(from)} – ${isThisYear ? formatMinute(to, timezone) : dated(to)}`;
}

export function formatDay(instant: string | number, timezone: string): string {
  return dateFormat(timezone, DAY).format(new Date(instant));
}

/** A day with its year, "7 Oct 2026": for what can lie far off. Of an ISO day or instant, in UTC. */
export function formatDate(day: string): string {
  return dateFormat('UTC', { ...DAY, year: 'numeric' }).format(new Date(day));
}

/** A minute that can lie years back: "1 Oct 2026, 02:00"; of midnight the day alone. */
export function formatDatedMinute(instant: string, timezone: string): string {
  const at = new Date(instant);
  const day = dateFormat(timezone, { ...DAY, year: 'numeric' }).format(at);
  const clock = dateFormat(timezone, CLOCK).format(at);
  return clock === '00:00' ? day : `${day}, ${clock}`;
}

/** "a day", "an hour". */
export const formatGrain = (bucket: string): string => `${bucket === 'hour' ? 'an' : 'a'} ${bucket}`;

/** The start of a bucket, as short as its grain allows: a tick of a time axis. */
export function formatBucket(at: number, bucket: string, timezone: string): string {
  if (bucket === 'minute' || bucket === 'hour') {
    const clock = dateFormat(timezone, CLOCK).format(at);
    // Midnight says which day begins.
    return clock === '00:00' ? formatDay(at, timezone) : clock;
  }
  if (bucket === 'month') return dateFormat(timezone, { month: 'short', year: 'numeric' }).format(at);
  return formatDay(at, timezone);
}

export function formatBucketLong(at: number, bucket: string, timezone: string): string {
  if (bucket === 'minute' || bucket === 'hour') return formatMinute(at, timezone);
  if (bucket === 'week') return `week of ${formatDay(at, timezone)}`;
  return formatBucket(at, bucket, timezone);
}

const DIMENSION_WORDS: Record<string, string> = {
  userId: 'user',
  promptVersion: 'prompt version',
  conversationId: 'conversation',
  serviceVersion: 'service version',
  stopReason: 'stop reason',
  errorType: 'error type',
  errorCode: 'error code',
  promptLength: 'prompt length',
  outputLength: 'output length',
  cacheUse: 'cache use',
  serverTime: 'server time',
  callCost: 'cost of the call',
  costUsd: 'cost',
  durationMs: 'duration',
  ttftMs: 'first token',
  promptTokens: 'prompt tokens',
  outputTokens: 'output tokens',
};
export function formatDimension(dimension: string): string {
  return DIMENSION_WORDS[dimension] ?? dimension;
}

/** A dimension's value; null is said in words, and what a call cost as all money is: "$0.001 – $0.003". */
export function formatValue(value: string | null, dimension?: string): string {
  if (value === null || value === '') return 'not set';
  return dimension === 'callCost' ? formatCostBand(value) : value;
}

/** "under 0.0001 USD", "0.3-1 USD", "3 USD or more". */
const formatCostBand = (band: string): string =>
  band
    .replace(' USD', '')
    .replace('-', ' – ')
    .replaceAll(/\d+(?:\.\d+)?/g, formatUsdExact);

/** A number from one value to before another: "$0.01 – $0.05", "10.0 s or more", "under 1,000". */
export function formatRange(field: RangedField, text: string): string {
  const range = readRange(field, text);
  if ('wrong' in range) return text;
  const say = (end: string) => {
    if (field === 'costUsd') return formatUsdExact(end);
    return field.endsWith('Ms') ? formatDuration(Number(end)) : formatCount(Number(end));
  };
  if (range.from === null) return `under ${say(range.to ?? '')}`;
  return range.to === null ? `${say(range.from)} or more` : `${say(range.from)} – ${say(range.to)}`;
}

/** What a filter asks for, a dimension's value or a range. */
export function formatWanted({ dimension, value }: { dimension: string; value: string }): string {
  return isRangedField(dimension) ? formatRange(dimension, value) : formatValue(value, dimension);
}
