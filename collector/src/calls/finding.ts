// A finding is what there is to say of something that was not simply taken: refused, not kept, set apart, mended. It is for the
// coverage page and outlives the process, so it holds no value that was sent: names of fields, scopes and services, and why.
// Imports nothing.

/**
 * refused: nothing of it is kept. not-kept: a record that tells no call. other-provider: a call that is not Claude's.
 * unknown: it looks like a call, and no dialect knows it. odd-count: a call with a count that cannot be, taken as unknown.
 * trimmed: a span with too many attributes. set-apart: a call under an id that another call has. skewed: a call whose client
 * and server have clocks far apart.
 */
export const FINDING_KINDS = [
  'refused', 'not-kept', 'other-provider', 'unknown', 'odd-count', 'trimmed', 'set-apart', 'skewed',
] as const; // prettier-ignore
export type FindingKind = (typeof FINDING_KINDS)[number];
export type Signal = 'span' | 'log record' | 'metric point' | 'posted call' | 'body';

export interface Finding {
  kind: FindingKind;
  signal: Signal;
  /** A sentence out of few: findings are counted by it. */
  reason: string;
  /** The scope, or the source of a call; '' when not said. */
  source: string;
  service: string;
  /** One case, by the names of what was wrong with it. */
  example: string;
  /** The key of the call concerned; '' when there is none. */
  exampleCall: string;
  count: number;
  /** How far two clocks were apart; 0 for other kinds. */
  largestMs: number;
}

export const finding = (
  kind: FindingKind,
  signal: Signal,
  reason: string,
  more: Partial<Omit<Finding, 'source' | 'service'>> & {
    source?: string | null | undefined;
    service?: string | null | undefined;
  } = {},
): Finding => ({
  kind,
  signal,
  reason,
  example: '',
  exampleCall: '',
  count: 1,
  largestMs: 0,
  ...more,
  source: named(more.source),
  service: named(more.service),
});

const LONGEST_NAME = 100;
const named = (name: string | null | undefined): string => (name ?? '').slice(0, LONGEST_NAME);
