// Several collectors and one table, in a time of their own that a property test bends: statements take as long as they like,
// answers get lost, processes stand still and go on, or are gone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StoreError, type Store } from '../store/store.ts';
import { createClaims, type Claims } from './claims.ts';

const EXPIRE_MS = 30_000;
const LOOK_MS = 5_000;

/** Time that goes on when everything waits for it. */
function createWorld() {
  let now = 0;
  let order = 0;
  const waiting: { at: number; order: number; go: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms: number) =>
      new Promise<void>((go) => {
        waiting.push({ at: now + ms, order: order++, go });
      }),
    async run(untilMs: number, look: () => void): Promise<void> {
      for (;;) {
        await new Promise(setImmediate);
        const next = waiting.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
        if (next === undefined || next.at > untilMs) return;
        waiting.splice(waiting.indexOf(next), 1);
        now = next.at;
        look();
        next.go();
      }
    },
  };
}
type World = ReturnType<typeof createWorld>;

/** The table as ClickHouse keeps it: what comes under a token that was seen is left out. */
function createTable(world: World) {
  const rows: { term: number; holder: string; at: number }[] = [];
  const tokens = new Set<string>();
  return {
    rows,
    /** As one collector reaches it. `way` answers how long until a statement is carried out, and until its answer is there; null: it is lost. */
    through: (way: () => { there: number; back: number | null }): Pick<Store, 'query' | 'insertLines'> => {
      const carry = async <T>(work: () => T): Promise<T> => {
        const { there, back } = way();
        await world.sleep(there);
        const answer = work();
        await world.sleep(back ?? 5_000);
        if (back === null) throw new StoreError('unavailable', 'lost');
        return answer;
      };
      return {
        query: <Row>() =>
          carry(() => {
            const last = rows.toSorted((a, b) => b.term - a.term)[0];
            return (last ? [{ ...last, ageMs: world.now() - last.at }] : []) as Row[];
          }),
        insertLines: ({ lines }, token = '') =>
          carry(() => {
            if (tokens.has(token)) return;
            tokens.add(token);
            const [, term, holder] = JSON.parse(lines[0] ?? '') as [string, number, string];
            rows.push({ term, holder, at: world.now() });
          }),
      };
    },
  };
}

const at = async (world: World, claims: Claims, alive: () => boolean, pause: () => number): Promise<void> => {
  while (alive()) {
    await claims.claim().catch(() => {});
    await world.sleep(LOOK_MS + pause());
  }
};

test('whatever is slow, lost or standing still, two never hold it at once, and no term is two collectors', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat()), fc.integer({ min: 2, max: 4 }), async (numbers, collectors) => {
      const next = (below: number): number => (numbers.next().value as number) % below;
      const world = createWorld();
      const table = createTable(world);
      const all = Array.from({ length: collectors }, (_, n) => {
        const way = () => ({
          there: next(8) === 0 ? next(60_000) : next(20),
          back: next(12) === 0 ? null : next(10) === 0 ? next(60_000) : next(20),
        });
        const claims = createClaims({
          store: table.through(way),
          name: 'ledger',
          holder: `c${n}`,
          expireMs: EXPIRE_MS,
          elapsed: world.now,
        });
        void at(world, claims, () => true, () => (next(10) === 0 ? next(90_000) : 0)); // prettier-ignore
        return claims;
      });
      const termsOf = new Map<number, Claims>();
      let heldFor = 0;
      await world.run(1_000_000, () => {
        const holders = all.filter((claims) => claims.held());
        expect(holders.length).toBeLessThan(2);
        for (const holder of holders) {
          heldFor++;
          expect(termsOf.get(holder.term()) ?? holder).toBe(holder);
          termsOf.set(holder.term(), holder);
        }
      });
      expect(heldFor).toBeGreaterThan(0);
    }),
    { numRuns: 40 },
  );
});

test('when the holder is gone, another holds it within a minute; when it gives it back, at the next look', async () => {
  for (const [orderly, longest] of [
    [false, 40_000],
    [true, 6_000],
  ] as const) {
    const world = createWorld();
    const table = createTable(world);
    const way = () => ({ there: 10, back: 10 });
    const alive = [true, true, true];
    const all = alive.map((_, n) => {
      const options = { store: table.through(way), name: 'ledger', holder: `c${n}`, expireMs: EXPIRE_MS, elapsed: world.now }; // prettier-ignore
      const claims = createClaims(options);
      void at(world, claims, () => alive[n] === true, () => 0); // prettier-ignore
      return claims;
    });
    const holder = (): number => all.findIndex((claims, n) => alive[n] && claims.held());
    await world.run(100_000, () => {});
    const first = holder();
    expect(first).toBeGreaterThanOrEqual(0);
    alive[first] = false;
    if (orderly) void all[first]!.release();
    const begun = world.now();
    let took = Infinity;
    await world.run(begun + 60_000, () => {
      if (holder() >= 0) took = Math.min(took, world.now() - begun);
    });
    expect(took).toBeLessThan(longest);
  }
});
