// A text with own prices, YAML or JSON -> the prices, or every error with its line, column, field and reason.
// Pure: knows no file.
import type { core } from 'zod';
import { TOKEN_KINDS, type OwnPrice } from '@spanledger/instrumentation/pricing';
import type { PriceFileError } from '../contract.ts';
import { didYouMean } from './did-you-mean.ts';
import { locate, type Path } from './located.ts';
import { BAND_FIELDS, FIELDS, ownPriceFileSchema, type WrittenPrice } from './price-schema.ts';
import { newModelsAmong, problemsOf, problemsTogether, unknownModel, type Placed } from './rules.ts';

export interface ParsedPrice {
  price: OwnPrice;
  /** The line it begins on, from 1. */
  line: number;
}
export type ParsedPrices = { ok: true; prices: ParsedPrice[] } | { ok: false; errors: PriceFileError[] };

const MOST_CHARACTERS = 1024 * 1024;
const MOST_PRICES = 1000;
/** Fields whose numbers are read as written: 0.1 as "0.1", never through a float. */
const AMOUNTS: ReadonlySet<unknown> = new Set([...TOKEN_KINDS, 'usdPerWebSearch', 'percentOff']);

/**
 * `file`: a map with `prices`, a list. `request`: that, or the list, or one price. `others` are the own prices there are
 * besides, which the new ones must not contradict.
 */
export function parsePrices(source: string, form: 'file' | 'request', others: readonly Placed[] = []): ParsedPrices {
  if (source.length > MOST_CHARACTERS) {
    const message = `has more than ${MOST_CHARACTERS} characters`;
    return { ok: false, errors: [{ line: null, column: null, field: null, message }] };
  }
  const located = locate(source, AMOUNTS);
  if (!('content' in located)) return { ok: false, errors: [located] };

  const errors: (PriceFileError & { line: number; column: number })[] = [];
  const fail: Fail = (path, message, of = 'value') =>
    void errors.push({ ...located.placeOf(path, of), field: path.length === 0 ? null : path.join('.'), message });
  const entries = entriesOf(located.content, form, fail);
  const read = entries.flatMap((entry) => readEntry(entry, fail) ?? []);
  const prices = read.map(({ price, path }) => ({ price, line: located.placeOf(path, 'value').line }));

  // Models and contradictions are looked at in any case, so that one round shows all there is to mend.
  const brought = newModelsAmong([...others.map(({ price }) => price), ...entries.map(({ value }) => asRecord(value))]);
  for (const { value, path } of entries.filter((entry) => !read.some(({ path: known }) => known === entry.path))) {
    const { model, newModel } = asRecord(value);
    const problem = typeof model === 'string' && newModel === undefined ? unknownModel(model.trim(), brought) : null;
    if (problem !== null) fail([...path, problem.field], problem.reason);
  }
  const placed = prices.map(({ price, line }) => ({ price, where: `line ${line}` }));
  for (const { index, problem } of problemsTogether([...others, ...placed], brought)) {
    const own = read[index - others.length];
    // One of the others is at fault when a model it is for was brought by a price that is gone.
    if (own === undefined) fail([], `${others[index]?.where}: ${problem.reason}`);
    else fail([...own.path, problem.field], problem.reason);
  }
  if (errors.length === 0) return { ok: true, prices };
  return { ok: false, errors: errors.toSorted((one, other) => one.line - other.line || one.column - other.column) };
}

type Fail = (path: Path, reason: string, of?: 'value' | 'key') => void;
interface Entry {
  value: unknown;
  path: Path;
}

/** The price of an entry; null after it failed. */
function readEntry({ value, path }: Entry, fail: Fail): { price: OwnPrice; path: Path } | null {
  const parsed = ownPriceFileSchema.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    for (const issue of parsed.error.issues) reportIssue(issue, path, fail);
    return null;
  }
  const price = ownPriceOf(parsed.data);
  const problems = problemsOf(price);
  for (const { field, reason } of problems) fail([...path, ...field.split('.')], reason);
  return problems.length === 0 ? { price, path } : null;
}

/** The prices of the content, each with its place in it; none after a failure. */
function entriesOf(content: unknown, form: 'file' | 'request', fail: Fail): Entry[] {
  const listed = (values: readonly unknown[], path: Path): Entry[] => {
    if (values.length > MOST_PRICES) fail(path, `has more than ${MOST_PRICES} own prices`);
    return values.slice(0, MOST_PRICES).map((value, index) => ({ value, path: [...path, index] }));
  };
  if (Array.isArray(content) && form === 'request') return listed(content, []);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    fail([], 'must be a map with the list "prices"');
    return [];
  }
  if (form === 'request' && !('prices' in content)) return [{ value: content, path: [] }];
  const others = Object.keys(content).filter((key) => key !== 'prices');
  const missing = !('prices' in content);
  for (const key of others) fail([key], `is not known here${missing ? didYouMean(key, ['prices']) : ''}`, 'key');
  if (missing) {
    if (others.length === 0) fail([], 'must be a map with the list "prices"');
    return [];
  }
  if (Array.isArray(content.prices)) return listed(content.prices, ['prices']);
  fail(['prices'], 'must be a list of own prices');
  return [];
}

function reportIssue(issue: core.$ZodIssue, path: Path, fail: Fail): void {
  const at = [...path, ...issue.path.map((part) => (typeof part === 'symbol' ? part.toString() : part))];
  const within = issue.path[0];
  if (issue.code === 'unrecognized_keys') {
    const known = within === 'usdPerMtok' ? TOKEN_KINDS : within === 'band' ? BAND_FIELDS : FIELDS;
    const what = within === 'usdPerMtok' ? 'is not a token kind' : 'is not known here';
    for (const key of issue.keys) fail([...at, key], `${what}${didYouMean(key, known)}`, 'key');
  } else if (within === 'kinds' && issue.path.length === 2) {
    fail(at, `${issue.message}${didYouMean(String(issue.input), TOKEN_KINDS)}`);
  } else if ('input' in issue && issue.input === undefined) {
    fail(at, 'is missing');
  } else {
    fail(at, issue.path.length === 0 ? 'must be a map of fields such as model, since and percentOff' : issue.message);
  }
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

function ownPriceOf({ currency: _currency, usdPerMtok, ...written }: WrittenPrice): OwnPrice {
  const said = { ...written, ...(usdPerMtok && { usdPerMtok: withoutUndefined(usdPerMtok) }) };
  return withoutUndefined(said) as unknown as OwnPrice;
}

const withoutUndefined = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

/** `prices.yaml:3:5: prices.0.since: must be ...`, as compilers write it. */
export function errorLine(path: string, { line, column, field, message }: PriceFileError): string {
  const at = line === null ? '' : `:${line}${column === null ? '' : `:${column}`}`;
  return `${path}${at}: ${field === null ? '' : `${field}: `}${message}`;
}
