// One lease in the table `leases`: claiming it, keeping it, giving it back. A claim is a row of the next term, inserted under a
// token of that term, so that ClickHouse itself takes one of two that are made at once. How old a claim is the server says; how
// long this process may rely on its own it counts itself, from before the claim was sent.
// docs/decisions/0010-lease.md says why this way.
import type { Store } from '../store/store.ts';

export interface Claims {
  /** Whether it is this process's: false from before the moment at which another may claim it. */
  held(): boolean;
  /** Of the last claim that was this process's; no other holder ever has the same. 0 before the first. */
  term(): number;
  /** Claims what is free, and keeps what is held; answers whether it is held then. Throws StoreError. */
  claim(): Promise<boolean>;
  /** Gives it back, so that another need not wait. Throws StoreError: then it is free once the claim is too old. */
  release(): Promise<void>;
}

export interface ClaimsOptions {
  store: Pick<Store, 'query' | 'insertLines'>;
  name: string;
  /** Unlike any other process's. */
  holder: string;
  /** A claim that was not followed by another for this long is nobody's. */
  expireMs: number;
  /** Milliseconds that only go forward. */
  elapsed?: () => number;
}

/** A holder relies on a claim for this part of its life, and makes the next after that part. */
const [RELIES, RENEWS] = [2 / 3, 1 / 3];

interface Claim {
  term: number;
  holder: string;
  ageMs: number;
}

export function createClaims(options: ClaimsOptions): Claims {
  const { store, name, holder, expireMs, elapsed = () => performance.now() } = options;
  let mine: { term: number; sentAt: number } | null = null;

  const held = (): boolean => mine !== null && elapsed() < mine.sentAt + expireMs * RELIES;

  async function inForce(): Promise<Claim | null> {
    const [row] = await store.query<Claim>(
      `SELECT term, holder, toUnixTimestamp64Milli(now64(3)) - toUnixTimestamp64Milli(at) AS ageMs
FROM leases WHERE name = {name:String} ORDER BY term DESC LIMIT 1`,
      { name },
    );
    return row === undefined ? null : { ...row, term: Number(row.term), ageMs: Number(row.ageMs) };
  }

  const write = (term: number, by: string): Promise<void> =>
    store.insertLines(
      { table: 'leases', columns: ['name', 'term', 'holder'], lines: [JSON.stringify([name, term, by])] },
      `lease-${name}-${term}`,
    );

  async function take(term: number): Promise<void> {
    const sentAt = elapsed();
    await write(term, holder);
    const now = await inForce();
    mine = now?.holder === holder && now.term === term ? { term, sentAt } : null;
  }

  return {
    held,
    term: () => mine?.term ?? 0,
    async claim() {
      const now = await inForce();
      if (now?.holder === holder) {
        // A claim that went in although its answer was lost is followed by one of which the time is known.
        if (now.term !== mine?.term || elapsed() >= mine.sentAt + expireMs * RENEWS) await take(now.term + 1);
      } else if (now === null || now.holder === '' || now.ageMs >= expireMs)
        await take(now === null ? 1 : now.term + 1);
      else mine = null;
      return held();
    },
    async release() {
      const last = held() ? mine : null;
      mine = null;
      if (last !== null) await write(last.term + 1, '');
    },
  };
}
