// The prices that hold now: the built-in table, the own prices of the API and those of the prices file, as one price book.
// A change is checked against all the others, made durable, and only then used; what is bad changes nothing.
import { randomBytes } from 'node:crypto';
import { canonicalModel, priceBook, type OwnPrice, type PriceBook } from '@spanledger/instrumentation/pricing';
import type { KeptOwnPrice, PriceFileError } from '../contract.ts';
import type { Clock, Log } from '../ports.ts';
import { readPriceFile, watchPriceFile } from './file.ts';
import { errorLine, parsePrices, type ParsedPrice, type ParsedPrices } from './parse-prices.ts';
import type { PriceRepository, StoredPrice } from './repository.ts';
import { problemsTogether, type Placed } from './rules.ts';

export interface PriceFileState {
  path: string;
  /** When the prices in use were read, ISO 8601. */
  loadedAt: string;
  /** What is wrong with the file as it is now; the prices read before are still used. null when it is in use. */
  error: PriceFileError | null;
}

export interface Prices {
  /** What a call is priced with that is taken now. */
  current(): PriceBook;
  own(): KeptOwnPrice[];
  file(): PriceFileState | null;
  /** Adds the prices of a text, all or none. With `dryRun` nothing is kept. Throws PriceRefused. */
  add(text: string, options: { dryRun: boolean }): Promise<KeptOwnPrice[]>;
  /** Puts the one price of the text in the place of another of the API. Throws PriceRefused. */
  replace(id: string, text: string): Promise<KeptOwnPrice>;
  /** Throws PriceRefused. */
  remove(id: string): Promise<void>;
  /** Reads the file again. Never throws: what is bad is logged and kept as the file's error. */
  reload(): Promise<void>;
  /** Takes up what another collector of the ledger changed. Throws StoreError. */
  refresh(): Promise<void>;
  /** Watches the file. */
  start(): void;
  stop(): void;
}

/** A change that was not made. `error` is the first thing that is wrong with what was sent; null where that is not at fault. */
export class PriceRefused extends Error {
  override readonly name = 'PriceRefused';
  readonly code: 'invalid_price' | 'not_found' | 'in_file' | 'price_in_use';
  readonly error: PriceFileError | null;
  constructor(code: PriceRefused['code'], message: string, error: PriceFileError | null = null) {
    super(message);
    this.code = code;
    this.error = error;
  }
}

/** The prices file cannot be used at the start; the message is one line that says where and why. */
export class PriceFileRefused extends Error {
  override readonly name = 'PriceFileRefused';
}

/** Reads what is stored and the file. Throws PriceFileRefused, or the repository's error. */
export async function openPrices(options: {
  repository: PriceRepository;
  /** null without a prices file. */
  path: string | null;
  clock: Clock;
  log: Log;
}): Promise<Prices> {
  const { repository, path, clock, log } = options;
  const now = (): string => new Date(clock.now()).toISOString();
  let stored: readonly StoredPrice[] = await repository.list();
  let fromFile: readonly ParsedPrice[] = [];
  let book: PriceBook = priceBook([]);
  let file: PriceFileState | null = null;
  let lastText: string | null = null;
  let stopWatching: (() => void) | null = null;

  const use = (nextStored: readonly StoredPrice[], nextFile: readonly ParsedPrice[]): void => {
    stored = nextStored;
    fromFile = nextFile;
    book = priceBook([...stored, ...fromFile].map(({ price }) => price));
  };
  const placedStored = (): Placed[] => stored.map(({ id, price }) => ({ price, where: `${id} of the API` }));
  const placedFile = (): Placed[] => fromFile.map(({ price, line }) => ({ price, where: `line ${line} of ${path}` }));
  const readFileNow = async (): Promise<{ text: string | null; parsed: ParsedPrices }> => {
    const read = await readPriceFile(path ?? '');
    if ('text' in read) return { text: read.text, parsed: parsePrices(read.text, 'file', placedStored()) };
    const error = { line: null, column: null, field: null, message: read.problem };
    return { text: null, parsed: { ok: false, errors: [error] } };
  };

  // Changes one after another: each is checked against what the one before left.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => {
    const turn = last.then(change);
    last = turn.catch(() => {});
    return turn;
  };
  const parseSent = (text: string, others: readonly Placed[]): OwnPrice[] => {
    const parsed = parsePrices(text, 'request', others);
    if (parsed.ok && parsed.prices.length > 0) return parsed.prices.map(({ price }) => price);
    const error = parsed.ok
      ? { line: null, column: null, field: null, message: 'there is no price in it' }
      : parsed.errors[0];
    if (error === undefined) throw new Error('a text was refused without an error');
    throw new PriceRefused('invalid_price', error.message, error);
  };
  const findStored = (id: string): StoredPrice => {
    const found = stored.find((each) => each.id === id);
    if (found !== undefined) return found;
    const inFile = fromFile.find((_, index) => fileId(index) === id);
    if (inFile === undefined) throw new PriceRefused('not_found', 'There is no such own price.');
    throw new PriceRefused('in_file', `This price is on line ${inFile.line} of ${path}: edit the file.`);
  };

  if (path !== null) {
    const { text, parsed } = await readFileNow();
    if (!parsed.ok) {
      throw new PriceFileRefused(
        parsed.errors
          .slice(0, 1)
          .map((error) => errorLine(path, error))
          .join(''),
      );
    }
    lastText = text;
    file = { path, loadedAt: now(), error: null };
    use(stored, parsed.prices);
  } else use(stored, []);

  /** A price that is gone or other may be what the file contradicted. */
  const retryFile = (): void => void (file?.error != null && reload());
  const reload = (): Promise<void> =>
    inTurn(async () => {
      if (path === null || file === null) return;
      const { text, parsed } = await readFileNow();
      if (text !== null && text === lastText && file.error === null) return;
      lastText = text;
      if (parsed.ok) {
        use(stored, parsed.prices);
        file = { path, loadedAt: now(), error: null };
        log.info('prices file loaded', { path, ownPrices: parsed.prices.length, pricesVersion: book.version });
        return;
      }
      const [error = null] = parsed.errors;
      // Told once: the same error is there at every look until the file is mended.
      if (error !== null && JSON.stringify(error) !== JSON.stringify(file.error)) {
        log.error('prices file refused; the prices read before stay', { error: errorLine(path, error) });
      }
      file = { ...file, error };
    });

  return {
    current: () => book,
    own: () => [...stored.map(keptOf), ...fromFile.map(keptOfFile)],
    file: () => file,
    add: (text, { dryRun }) =>
      inTurn(async () => {
        const prices = parseSent(text, [...placedStored(), ...placedFile()]);
        const createdAt = now();
        const added = prices.map((price) => ({ id: `own_${randomBytes(12).toString('hex')}`, price, createdAt }));
        if (dryRun) return added.map((each) => ({ ...keptOf(each), id: 'dry-run', createdAt: null }));
        await repository.save(added);
        use([...stored, ...added], fromFile);
        log.info('own prices added', { ids: added.map(({ id }) => id), pricesVersion: book.version });
        return added.map(keptOf);
      }),
    replace: (id, text) =>
      inTurn(async () => {
        const before = findStored(id);
        const others = [...placedStored().filter((_, index) => stored[index] !== before), ...placedFile()];
        const [price, ...more] = parseSent(text, others);
        if (price === undefined || more.length > 0) {
          const message = 'must be one price';
          throw new PriceRefused('invalid_price', message, { line: null, column: null, field: null, message });
        }
        const after = { ...before, price };
        await repository.save([after]);
        use(
          stored.map((each) => (each === before ? after : each)),
          fromFile,
        );
        log.info('own price replaced', { id, pricesVersion: book.version });
        retryFile();
        return keptOf(after);
      }),
    remove: (id) =>
      inTurn(async () => {
        const gone = findStored(id);
        const rest = stored.filter((each) => each !== gone);
        const left = [...placedStored().filter((_, index) => stored[index] !== gone), ...placedFile()];
        const [needed] = problemsTogether(left);
        if (needed !== undefined) {
          const where = left[needed.index]?.where;
          throw new PriceRefused('price_in_use', `Another price needs this one, ${where}: ${needed.problem.reason}.`);
        }
        await repository.delete(id);
        use(rest, fromFile);
        log.info('own price deleted', { id, pricesVersion: book.version });
        retryFile();
      }),
    reload,
    refresh: () =>
      inTurn(async () => {
        const fresh = await repository.list();
        if (JSON.stringify(fresh.map(keptOf)) === JSON.stringify(stored.map(keptOf))) return;
        use(fresh, fromFile);
        log.info('own prices were changed by another collector', { pricesVersion: book.version });
        retryFile();
      }),
    start() {
      if (path === null || stopWatching !== null) return;
      stopWatching = watchPriceFile(path, () => void reload());
      void reload(); // what changed between the start and the first look
    },
    stop() {
      stopWatching?.();
      stopWatching = null;
    },
  };
}

const fileId = (index: number): string => `file_${index + 1}`;
const keptOf = ({ id, price, createdAt }: StoredPrice): KeptOwnPrice => ({
  ...jsonOf(price),
  id,
  origin: 'api',
  line: null,
  createdAt,
});
const keptOfFile = ({ price, line }: ParsedPrice, index: number): KeptOwnPrice => ({
  ...jsonOf(price),
  id: fileId(index),
  origin: 'file',
  line,
  createdAt: null,
});
const jsonOf = ({ kinds, ...price }: OwnPrice) => ({
  ...price,
  ...(kinds && { kinds: [...kinds] }),
  tableModel: canonicalModel(price.model),
});
