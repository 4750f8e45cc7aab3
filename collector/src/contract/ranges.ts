// What of a call is a number and can be asked about exactly, from one value to before another: `where=costUsd:0.01..0.05`,
// `where=durationMs:10000..`. Beside the bands, which are for slicing. Imports nothing.

/** `promptTokens`: all tokens of the prompt, cached or not. A call of which the number is not known is in no range. */
export const RANGED_FIELDS = ['costUsd', 'durationMs', 'ttftMs', 'promptTokens', 'outputTokens'] as const;
export type RangedField = (typeof RANGED_FIELDS)[number];
export const isRangedField = (name: string): name is RangedField => (RANGED_FIELDS as readonly string[]).includes(name);

/** From `from` (inclusive) to `to` (exclusive), decimals as they were written; null: no end on that side. */
export interface ValueRange {
  from: string | null;
  to: string | null;
}

const TOKENS = { form: /^\d{1,15}$/, words: 'whole tokens, such as 1000..2000' };
const MS = { form: /^\d{1,12}(\.\d{1,3})?$/, words: 'milliseconds, such as 1500..3000' };
const FORMS: Record<RangedField, { form: RegExp; words: string }> = {
  costUsd: { form: /^\d{1,12}(\.\d{1,12})?$/, words: 'USD, such as 0.01..0.05' },
  durationMs: MS,
  ttftMs: MS,
  promptTokens: TOKENS,
  outputTokens: TOKENS,
};

/** What is wrong with a text as a range of the field, in words; else the range. Never throws. */
export function readRange(field: RangedField, text: string): ValueRange | { wrong: string } {
  const { form, words } = FORMS[field];
  const [from, to, ...more] = text.split('..');
  const ends = [from, to].map((end) => (end === '' ? null : end));
  if (from === undefined || to === undefined || more.length > 0 || ends.some((end) => end != null && !form.test(end)))
    return { wrong: `${field} must be <from>..<to> in ${words}; one end may be left out` };
  if (from === '' && to === '') return { wrong: `${field} must have at least one end, such as ${field}:1..` };
  if (from !== '' && to !== '' && !isLess(from, to))
    return { wrong: `${field}: the first end must be less than the second` };
  return { from: from === '' ? null : from, to: to === '' ? null : to };
}

/** Of decimals as written: a float has not the places that money has. */
function isLess(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => {
    const [whole = '', places = ''] = text.split('.');
    return BigInt(whole + places.padEnd(12, '0'));
  });
  return left !== undefined && right !== undefined && left < right;
}
