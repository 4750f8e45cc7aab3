// A text with own prices, YAML or JSON -> the prices, or every error with its line, column, field and reason.
// JSON is read as the YAML it is, so that both are told their lines. Pure: knows no file.
import { isMap, isScalar, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import type { core } from 'zod';
import { canonicalModel, TOKEN_KINDS, type OwnPrice } from '@spanledger/instrumentation/pricing';
import type { PriceFileError } from '../contract.ts';
import { didYouMean } from './did-you-mean.ts';
import { BAND_FIELDS, FIELDS, ownPriceFileSchema, type WrittenPrice } from './price-schema.ts';
import { problemsOf, problemsTogether, unknownModel, type Placed, type Problem } from './rules.ts';

export interface ParsedPrice {
  price: OwnPrice;
  /** The line it begins on, from 1. */
  line: number;
}
export type ParsedPrices = { ok: true; prices: ParsedPrice[] } | { ok: false; errors: PriceFileError[] };

type Path = readonly (string | number)[];
const MOST_CHARACTERS = 1024 * 1024;
const MOST_PRICES = 1000;
/** Fields whose numbers are read as written: 0.1 as "0.1", never through a float. */
const AMOUNTS: ReadonlySet<unknown> = new Set([...TOKEN_KINDS, 'usdPerWebSearch', 'percentOff']);

/**
 * `file`: a map with `prices`, a list. `request`: that, or the list, or one price. `others` are the own prices there are
 * besides, which the new ones must not contradict.
 */
export function parsePrices(source: string, form: 'file' | 'request', others: readonly Placed[] = []): ParsedPrices {
  const whole = (message: string): ParsedPrices => ({ ok: false, errors: [{ line: null, column: null, field: null, message }] }); // prettier-ignore
  if (source.length > MOST_CHARACTERS) return whole(`has more than ${MOST_CHARACTERS} characters`);
  const lineCounter = new LineCounter();
  const document = parseDocument(source, { lineCounter, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    const errors = document.errors.map((error) => ({ ...place(error.pos[0]), field: null, message: `is not valid YAML: ${error.message}` })); // prettier-ignore
    return { ok: false, errors: errors.slice(0, 1) }; // what follows the first is guesswork
  }
  readAmountsAsWritten(document);
  let content: unknown;
  try {
    content = document.toJS();
  } catch {
    return whole('has too many aliases');
  }

  const errors: (PriceFileError & { offset: number })[] = [];
  const fail = (path: Path, reason: string, atKey = false): void => {
    const offset = offsetOf(document, path, atKey);
    errors.push({ ...place(offset), field: path.length === 0 ? null : path.join('.'), message: reason, offset });
  };
  const base = listOf(content, form, fail);
  if (base === null) return { ok: false, errors: errors.map(({ offset: _offset, ...error }) => error) };

  const read: { price: OwnPrice; path: Path }[] = [];
  const unread: { model: string; path: Path }[] = [];
  for (const [index, entry] of base.entries.entries()) {
    const path = base.pathOf(index);
    const parsed = ownPriceFileSchema.safeParse(entry, { reportInput: true });
    if (!parsed.success) {
      for (const issue of parsed.error.issues) reportIssue(issue, path, fail);
      // The model can be looked at all the same, so that one round shows all there is to mend.
      const { model, newModel } = entry !== null && typeof entry === 'object' ? (entry as Record<string, unknown>) : {};
      if (typeof model === 'string' && newModel === undefined) unread.push({ model: model.trim(), path });
      continue;
    }
    const price = ownPriceOf(parsed.data);
    const report = ({ field, reason }: Problem): void => fail([...path, ...field.split('.')], reason);
    const problems = problemsOf(price);
    problems.forEach(report);
    if (problems.length === 0) read.push({ price, path });
  }
  const lineOf = (path: Path): number => place(offsetOf(document, path, false)).line;
  const placed = read.map(({ price, path }) => ({ price, where: `line ${lineOf(path)}` }));
  const newModels = newModelsAmong([...others.map(({ price }) => price), ...base.entries]);
  for (const { model, path } of unread) {
    const problem = unknownModel(model, newModels);
    if (problem !== null) fail([...path, problem.field], problem.reason);
  }
  for (const { index, problem } of problemsTogether([...others, ...placed])) {
    // A price of the others can only fall short of a model that was dropped here.
    const own = read[index - others.length];
    if (own === undefined) fail([], `${others[index]?.where}: ${problem.reason}`);
    else fail([...own.path, problem.field], problem.reason);
  }
  if (errors.length > 0) {
    const sorted = errors.toSorted((one, other) => one.offset - other.offset);
    return { ok: false, errors: sorted.map(({ offset: _offset, ...error }) => error) };
  }
  return { ok: true, prices: read.map(({ price, path }) => ({ price, line: lineOf(path) })) };
}

/** The prices of the content and how to name them; null after a failure. */
function listOf(
  content: unknown,
  form: 'file' | 'request',
  fail: (path: Path, reason: string, atKey?: boolean) => void,
): { entries: readonly unknown[]; pathOf: (index: number) => Path } | null {
  const isObject = typeof content === 'object' && content !== null && !Array.isArray(content);
  let found: { entries: readonly unknown[]; pathOf: (index: number) => Path } | null = null;
  if (form === 'request' && Array.isArray(content)) found = { entries: content, pathOf: (index) => [index] };
  else if (isObject && 'prices' in content) {
    for (const key of Object.keys(content).filter((each) => each !== 'prices')) fail([key], 'is not known here', true);
    if (Array.isArray(content.prices)) found = { entries: content.prices, pathOf: (index) => ['prices', index] };
    else fail(['prices'], 'must be a list of own prices');
  } else if (form === 'request' && isObject) found = { entries: [content], pathOf: () => [] };
  else if (isObject && Object.keys(content)[0] !== undefined) {
    const [key = ''] = Object.keys(content);
    fail([key], `is not known here${didYouMean(key, ['prices'])}`, true);
  } else fail([], 'must be a map with the list "prices"');
  if (found !== null && found.entries.length > MOST_PRICES) {
    fail([], `has more than ${MOST_PRICES} own prices`);
    return null;
  }
  return found;
}

function reportIssue(issue: core.$ZodIssue, path: Path, fail: (path: Path, reason: string, atKey?: boolean) => void) {
  const at = [...path, ...issue.path.map((part) => (typeof part === 'symbol' ? part.toString() : part))];
  const within = issue.path[0];
  if (issue.code === 'unrecognized_keys') {
    const known = within === 'usdPerMtok' ? TOKEN_KINDS : within === 'band' ? BAND_FIELDS : FIELDS;
    const what = within === 'usdPerMtok' ? 'is not a token kind' : 'is not known here';
    for (const key of issue.keys) fail([...at, key], `${what}${didYouMean(key, known)}`, true);
  } else if (within === 'kinds' && issue.path.length === 2) {
    fail(at, `${issue.message}${didYouMean(String(issue.input), TOKEN_KINDS)}`);
  } else if ('input' in issue && issue.input === undefined) {
    fail(at, 'is missing');
  } else {
    fail(at, issue.path.length === 0 ? 'must be a map of fields such as model, since and percentOff' : issue.message);
  }
}

/** Those that any entry brings, right or wrong in other ways. */
function newModelsAmong(entries: readonly unknown[]): ReadonlySet<string> {
  const models = entries
    .filter((entry) => typeof entry === 'object' && entry !== null)
    .map((entry) => entry as Record<string, unknown>)
    .filter(({ model, newModel }) => typeof model === 'string' && newModel === true)
    .map(({ model }) => canonicalModel((model as string).trim()));
  return new Set(models);
}

function ownPriceOf({ currency: _currency, usdPerMtok, ...written }: WrittenPrice): OwnPrice {
  const said = { ...written, ...(usdPerMtok && { usdPerMtok: withoutUndefined(usdPerMtok) }) };
  return withoutUndefined(said) as unknown as OwnPrice;
}

const withoutUndefined = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

function readAmountsAsWritten(document: Document): void {
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !AMOUNTS.has(key.value) || !isScalar(value)) return;
      if (typeof value.value === 'number') value.value = value.source ?? String(value.value);
    },
  });
}

/** Where the value of a path stands, or its key; of one that is missing, where the nearest that is there stands. */
function offsetOf(document: Document, path: Path, atKey: boolean): number {
  for (let length = path.length; length > 0; length--) {
    const here = path.slice(0, length);
    const name = here.at(-1);
    const parent: unknown = length === 1 ? document.contents : document.getIn(here.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === name) : undefined;
    const node = (atKey ? pair?.key : document.getIn(here, true)) as Node | null | undefined;
    if (node?.range) return node.range[0];
    if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
  }
  return (document.contents as Node | null)?.range?.[0] ?? 0;
}

/** `prices.yaml:3:5: prices.0.since: must be ...`, as compilers write it. */
export function errorLine(path: string, { line, column, field, message }: PriceFileError): string {
  const at = line === null ? '' : `:${line}${column === null ? '' : `:${column}`}`;
  return `${path}${at}: ${field === null ? '' : `${field}: `}${message}`;
}
