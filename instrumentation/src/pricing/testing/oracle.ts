/**
 * The price of a call a second time, as plainly as it can be written, for tests to compare with. It shares nothing with
 * the code it checks: its own tables, typed in from the published pages, and fractions of whole numbers instead of pico-USD.
 * It knows no receipt and no flag, only the sum, or null where no price is known.
 */

/** Exact: [numerator, denominator], in USD. */
export type Fraction = readonly [bigint, bigint];

const ZERO: Fraction = [0n, 1n];
const add = (a: Fraction, b: Fraction): Fraction => [a[0] * b[1] + b[0] * a[1], a[1] * b[1]];
const multiply = (a: Fraction, b: Fraction): Fraction => [a[0] * b[0], a[1] * b[1]];
function decimal(text: string): Fraction {
  const [whole = '', places = ''] = text.split('.');
  return [BigInt(whole + places), 10n ** BigInt(places.length)];
}
const MILLIONTH: Fraction = [1n, 1_000_000n];

/** USD with 12 places. Throws where the fraction has more: every price must be a whole number of pico-USD. */
export function usdOf([numerator, denominator]: Fraction): string {
  const pico = numerator * 10n ** 12n;
  if (pico % denominator !== 0n) throw new RangeError(`${numerator}/${denominator} is not a whole number of pico-USD`);
  const digits = (pico / denominator).toString().padStart(13, '0');
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`;
}

/** The released day is the first; `-` is no day. Prompt: the tokens it must be over for the row, and at most. */
const RATES = `
model                      | from       | before     | over   | up to  | input | 5m     | 1h   | read  | output
claude-fable-5-2           | 2026-11-09 | -          | -      | -      | 8     | 10     | 16   | 0.2   | 40
claude-mythos-5-2          | 2026-11-09 | -          | -      | -      | 8     | 10     | 16   | 0.2   | 40
claude-haiku-5-5           | 2026-10-07 | -          | -      | 100000 | 0.1   | 0.125  | 0.2  | 0.01  | 0.5
claude-haiku-5-5           | 2026-10-07 | -          | 100000 | -      | 0.5   | 0.625  | 1    | 0.05  | 2.5
claude-sonnet-5-5          | 2026-10-07 | -          | -      | -      | 2     | 2.5    | 4    | 0.1   | 10
claude-sonnet-5-5          | 2026-09-28 | 2026-10-07 | -      | -      | 2     | 2.5    | 4    | 0.2   | 10
claude-opus-5-5            | 2026-09-22 | -          | -      | -      | 4     | 5      | 8    | 0.2   | 20
claude-fable-5-1           | 2026-09-01 | -          | -      | -      | 10    | 12.5   | 20   | 0.25  | 50
claude-mythos-5-1          | 2026-09-01 | -          | -      | -      | 10    | 12.5   | 20   | 0.25  | 50
claude-opus-5              | 2026-07-24 | -          | -      | -      | 5     | 6.25   | 10   | 0.5   | 25
claude-sonnet-5            | 2026-06-30 | -          | -      | -      | 2     | 2.5    | 4    | 0.2   | 10
claude-fable-5             | 2026-06-09 | -          | -      | -      | 10    | 12.5   | 20   | 1     | 50
claude-mythos-5            | 2026-06-09 | -          | -      | -      | 10    | 12.5   | 20   | 1     | 50
claude-opus-4-8            | 2026-05-28 | -          | -      | -      | 5     | 6.25   | 10   | 0.5   | 25
claude-opus-4-7            | 2026-04-16 | -          | -      | -      | 5     | 6.25   | 10   | 0.5   | 25
claude-mythos-preview      | -          | -          | -      | -      | 25    | 31.25  | 50   | 2.5   | 125
claude-opus-4-6            | 2026-02-05 | 2026-03-13 | 200000 | -      | 10    | 12.5   | 20   | 1     | 37.5
claude-opus-4-6            | 2026-02-05 | -          | -      | -      | 5     | 6.25   | 10   | 0.5   | 25
claude-sonnet-4-6          | 2026-02-17 | 2026-03-13 | 200000 | -      | 6     | 7.5    | 12   | 0.6   | 22.5
claude-sonnet-4-6          | 2026-02-17 | -          | -      | -      | 3     | 3.75   | 6    | 0.3   | 15
claude-opus-4-5-20251101   | 2025-11-24 | -          | -      | -      | 5     | 6.25   | 10   | 0.5   | 25
claude-haiku-4-5-20251001  | 2025-10-15 | -          | -      | -      | 1     | 1.25   | 2    | 0.1   | 5
claude-sonnet-4-5-20250929 | 2025-09-29 | 2026-04-30 | 200000 | -      | 6     | 7.5    | 12   | 0.6   | 22.5
claude-sonnet-4-5-20250929 | 2025-09-29 | -          | -      | -      | 3     | 3.75   | 6    | 0.3   | 15
claude-opus-4-1-20250805   | 2025-08-05 | -          | -      | -      | 15    | 18.75  | 30   | 1.5   | 75
claude-opus-4-20250514     | -          | -          | -      | -      | 15    | 18.75  | 30   | 1.5   | 75
claude-sonnet-4-20250514   | 2025-08-07 | 2026-04-30 | 200000 | -      | 6     | 7.5    | 12   | 0.6   | 22.5
claude-sonnet-4-20250514   | -          | -          | -      | -      | 3     | 3.75   | 6    | 0.3   | 15
claude-3-7-sonnet-20250219 | -          | -          | -      | -      | 3     | 3.75   | 6    | 0.3   | 15
claude-3-5-sonnet-20241022 | -          | -          | -      | -      | 3     | 3.75   | 6    | 0.3   | 15
claude-3-5-sonnet-20240620 | -          | -          | -      | -      | 3     | 3.75   | 6    | 0.3   | 15
claude-3-5-haiku-20241022  | -          | -          | -      | -      | 0.8   | 1      | 1.6  | 0.08  | 4
claude-3-opus-20240229     | -          | -          | -      | -      | 15    | 18.75  | 30   | 1.5   | 75
claude-3-sonnet-20240229   | -          | -          | -      | -      | 3     | 3.75   | -    | 0.3   | 15
claude-3-haiku-20240307    | -          | -          | -      | -      | 0.25  | 0.3    | 0.5  | 0.03  | 1.25
`;

/** The five prices in the order of the table, per token. */
interface Row {
  model: string;
  from: number;
  before: number;
  over: number;
  upTo: number;
  prices: (Fraction | null)[];
}
const ROWS: readonly Row[] = RATES.trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [model = '', from = '', before = '', over = '', upTo = '', ...prices] = line
      .split('|')
      .map((cell) => cell.trim());
    return {
      model,
      from: from === '-' ? -Infinity : Date.parse(from),
      before: before === '-' ? Infinity : Date.parse(before),
      over: over === '-' ? -1 : Number(over),
      upTo: upTo === '-' ? Infinity : Number(upTo),
      prices: prices.map((price) => (price === '-' ? null : multiply(decimal(price), MILLIONTH))),
    };
  });
export const MODELS: readonly string[] = [...new Set(ROWS.map((row) => row.model))];
/** Every day on which some price begins or ends, epoch ms. */
export const BORDERS: readonly number[] = [
  ...new Set(ROWS.flatMap((row) => [row.from, row.before])),
  Date.parse('2026-07-24'),
  Date.parse('2026-08-01'),
  Date.parse('2026-10-15'),
  Date.parse('2026-11-30'),
].filter(Number.isFinite);

/** Long prompts of these cost more only with the beta of that name. */
const LONG_CONTEXT_BY_BETA = ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-20250514'];
const LONG_CONTEXT_BETA = 'context-1m-2025-08-07';

/** Fast mode: [model, factor, from, before]. */
const FAST: readonly (readonly [string, string, string, string])[] = [
  ['claude-fable-5-2', '2', '2026-11-09', '9999-01-01'],
  ['claude-mythos-5-2', '2', '2026-11-09', '9999-01-01'],
  ['claude-opus-5-5', '2', '2026-10-15', '9999-01-01'],
  ['claude-opus-5', '2', '2026-07-24', '9999-01-01'],
  ['claude-opus-4-8', '2', '2026-05-28', '2026-11-30'],
  ['claude-opus-4-7', '6', '2026-04-16', '2026-07-24'],
  ['claude-opus-4-6', '6', '2026-02-05', '2026-08-01'],
  ['claude-opus-4-6', '1', '2026-08-01', '9999-01-01'],
];
const SINCE_4_6 = [
  'claude-opus-4-6',
  'claude-sonnet-4-6',
  'claude-opus-4-7',
  'claude-opus-4-8',
  'claude-opus-5',
  'claude-sonnet-5',
  'claude-fable-5',
  'claude-mythos-5',
  'claude-fable-5-1',
  'claude-mythos-5-1',
  'claude-opus-5-5',
  'claude-sonnet-5-5',
  'claude-haiku-5-5',
  'claude-fable-5-2',
  'claude-mythos-5-2',
];
const SINCE_4_5 = [
  ...SINCE_4_6,
  'claude-mythos-preview',
  'claude-opus-4-5-20251101',
  'claude-haiku-4-5-20251001',
  'claude-sonnet-4-5-20250929',
];
const WEB_SEARCH = decimal('0.01');

/** An id as somebody writes it, and what is to be read from it. */
export interface Written {
  id: string;
  model: string;
  place: 'anthropic' | 'cloud' | 'regional';
  longContext?: true;
  fast?: true;
}
const ALIASES: readonly (readonly [string, string])[] = [
  ['claude-haiku-4-5', 'claude-haiku-4-5-20251001'],
  ['claude-opus-4-5', 'claude-opus-4-5-20251101'],
  ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
  ['claude-opus-4-1', 'claude-opus-4-1-20250805'],
  ['claude-opus-4-0', 'claude-opus-4-20250514'],
  ['claude-sonnet-4-0', 'claude-sonnet-4-20250514'],
  ['claude-3-7-sonnet-latest', 'claude-3-7-sonnet-20250219'],
  ['claude-3-5-sonnet-latest', 'claude-3-5-sonnet-20241022'],
  ['claude-3-5-haiku-latest', 'claude-3-5-haiku-20241022'],
  ['claude-3-opus-latest', 'claude-3-opus-20240229'],
];
export const WRITTEN: readonly Written[] = [
  ...ALIASES.map(([id, model]): Written => ({ id, model, place: 'anthropic' })),
  ...MODELS.flatMap((model): Written[] => [
    { id: model, model, place: 'anthropic' },
    { id: `${model}[1m]`, model, place: 'anthropic', longContext: true },
    { id: `anthropic.${model}-v1:0`, model, place: 'cloud' },
    { id: `global.anthropic.${model}-v1:0`, model, place: 'cloud' },
    { id: `${model}@default`, model, place: 'cloud' },
    ...['us', 'eu', 'jp', 'au'].map((prefix): Written => {
      return { id: `${prefix}.anthropic.${model}-v1:0`, model, place: 'regional' };
    }),
  ]),
  ...FAST.map(([model]): Written => ({ id: `${model}-fast`, model, place: 'anthropic', fast: true })),
];

export interface Tokens {
  input: number;
  /** Written to the cache for 5 minutes, for an hour, and for a time that is not said. */
  write5m: number;
  write1h: number;
  writeUnsaid: number;
  read: number;
  /** null: cut before it was said. */
  output: number | null;
}
export interface Sampling extends Tokens {
  type: 'message' | 'compaction' | 'advisor_message' | 'fallback_message';
  /** null where the entry names none. */
  model: string | null;
}
export interface OracleCall {
  requested: Written;
  /** null: the response names none, and the requested one is priced. */
  answered: string | null;
  at: number;
  tokens: Tokens;
  /** Where there are any, they are billed in place of `tokens`. */
  samplings: readonly Sampling[];
  searches: number;
  tier: 'standard' | 'batch' | 'priority' | null;
  speed: 'standard' | 'fast' | null;
  geo: 'us' | 'global' | 'not_available' | null;
  /** null: not known. */
  betas: readonly string[] | null;
  refused: boolean;
  outputEmpty: boolean | null;
  billTo: 'self' | 'user_profile' | null;
}

/** USD; null where no price is known. */
export function oracle(call: OracleCall): Fraction | null {
  if (call.billTo === 'user_profile') return ZERO;
  const fast = call.speed === 'fast' || (call.speed === null && call.requested.fast === true);
  if (fast && (call.tier === 'batch' || call.tier === 'priority')) return null;

  const samplings: Sampling[] =
    call.samplings.length > 0 ? [...call.samplings] : [{ ...call.tokens, type: 'message', model: null }];
  const main = call.answered ?? call.requested.model;
  const fellBack = samplings.some(({ type }) => type === 'fallback_message');
  const modelOf = ({ type, model }: Sampling): string =>
    model ?? (type !== 'fallback_message' && fellBack ? call.requested.model : main);
  const messages = samplings.filter(({ type }) => type === 'message' || type === 'fallback_message');

  let total: Fraction = multiply([BigInt(call.searches), 1n], WEB_SEARCH);
  for (const sampling of samplings) {
    const model = modelOf(sampling);
    const row = rowFor(model, sampling, call);
    if (row === undefined) return null;
    const { input, write5m, write1h, writeUnsaid, read, output } = sampling;
    const counts = [input, write5m + writeUnsaid, write1h, read, output ?? 0];
    let sum = ZERO;
    for (const [kind, count] of counts.entries()) {
      const price = row.prices[kind] ?? null;
      if (count > 0 && price === null) return null;
      if (price !== null) sum = add(sum, multiply([BigInt(count), 1n], price));
    }

    const place = messages.indexOf(sampling);
    const next = place < 0 ? undefined : messages[place + 1];
    const declined = next !== undefined && output === 0 && modelOf(next) !== model;
    const isLast = place >= 0 && next === undefined;
    if (declined || (isLast && call.refused && (output === 0 || call.outputEmpty === true))) continue;

    // Whether an advisor ran fast is not published: it is priced at standard speed.
    if (fast && sampling.type !== 'advisor_message') {
      const found = FAST.find(
        ([id, , from, before]) => id === model && call.at >= Date.parse(from) && call.at < Date.parse(before),
      );
      if (found === undefined) return null;
      sum = multiply(sum, decimal(found[1]));
    }
    if (call.tier === 'batch') sum = multiply(sum, decimal('0.5'));
    const inUs = call.geo === 'us' && call.requested.place === 'anthropic' && SINCE_4_6.includes(model);
    const regional = call.requested.place === 'regional' && SINCE_4_5.includes(model);
    if (inUs || regional) sum = multiply(sum, decimal('1.1'));
    total = add(total, sum);
  }
  return total;
}

/** The row of a prompt. Before its first day a model has the prices of that day. */
export function rowFor(
  model: string,
  tokens: Tokens,
  call: Pick<OracleCall, 'at' | 'betas' | 'requested'>,
): Row | undefined {
  const rows = ROWS.filter((row) => row.model === model);
  const day = Math.max(call.at, Math.min(...rows.map((row) => row.from)));
  const prompt = tokens.input + tokens.write5m + tokens.write1h + tokens.writeUnsaid + tokens.read;
  // Not known whether the beta was asked for: it was, or so long a prompt would have been refused.
  const long = call.betas === null || call.betas.includes(LONG_CONTEXT_BETA) || call.requested.longContext === true;
  return rows.find(
    (row) =>
      day >= row.from &&
      day < row.before &&
      prompt > row.over &&
      prompt <= row.upTo &&
      (long || row.over < 0 || !LONG_CONTEXT_BY_BETA.includes(model)),
  );
}
