// A collector under load that is killed at random instants, and in server mode its ClickHouse too. Senders repeat what was
// not acknowledged, as exporters do, and keep books of their own: each call and its cost, worked out here and not asked of the
// ledger. Hours are settled and history is priced again all the while. How long it may take is not said: a busy machine takes
// longer. What stands still is an error.
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { callAttributes, exportBody } from '../collector/src/ingest/fakes.ts';
import { formatPico } from '../instrumentation/src/pricing/index.ts';
import { startClickHouse, type ClickHouseServer } from './clickhouse-server.ts';
import { freePort, startCollector, type Collector } from './processes.ts';
import { onDisk } from '../collector/src/store/run-folders.ts';

const SENDERS = 3;
const HOURS = 36;
const HOUR_MS = 3_600_000;
/** Killed this long after it was ready at the latest, or after its start where it is killed while it starts. */
const LIVES_MS = 900;
/** With a server: it is away for this long at the most while the collector lives on. */
const AWAY_MS = 900;
/** From one kill to the next it takes seconds; what takes this long on any machine never ends. */
const STANDS_STILL_MS = 5 * 60_000;
/** What the own price takes off, and so every call once it is in force and history was priced again: 7 of 8 are left. */
const PERCENT_OFF = '12.5';

export interface Torment {
  mode: 'embedded' | 'server';
  /** Of the collector. */
  kills: number;
  seed: number;
  /** After each kill. */
  onKill?: (so: Done) => void;
}

/** How often who was killed. `starting`: kills of a collector that was not ready yet, a part of `collector`. */
export interface Done {
  collector: number;
  starting: number;
  server: number;
  /** Calls that were acknowledged. */
  calls: number;
}

/** Costs are pico-USD. */
interface Outcome {
  /** Every call that was acknowledged -> what it costs in the end. */
  books: ReadonlyMap<string, bigint>;
  /** What the ledger lists, each as often as it is listed. */
  listed: readonly { callId: string; costUsd: string | null }[];
  /** What the ledger sums up: over all, and over its parts by hour. */
  totals: { calls: number; costUsd: string | null };
  byHour: readonly { calls: number; costUsd: string | null }[];
  /** Re-pricings that were applied. */
  applied: number;
  /** Looks between two kills at which more, or fewer, calls were counted than were sent, or acknowledged. */
  wrongLooks: readonly string[];
}

export interface Judged {
  done: Done;
  /** Re-pricings that were applied. */
  applied: number;
  /** Whatever differs between the ledger and the books, in words; empty: nothing. */
  differences: readonly string[];
}

/** What the kills do to the server, while one of the collector comes: nothing, or it is away before, during or after. */
const SERVER_IS = ['there', 'away before', 'killed too', 'away after'] as const;

export async function torment({ mode, kills, seed, onKill = () => {} }: Torment): Promise<Judged> {
  const folder = await mkdtemp(join(onDisk(), 'spanledger-faults-'));
  const random = randomOf(seed);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const firstHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOURS * HOUR_MS;
  const window = `from=${new Date(firstHour).toISOString()}&to=${new Date(firstHour + (HOURS + 2) * HOUR_MS).toISOString()}`;
  const books = new Map<string, bigint>();
  const done: Done = { collector: 0, starting: 0, server: 0, calls: 0 };
  let sent = 0;
  let over = false;
  const wrongLooks: string[] = [];
  let database: ClickHouseServer | null =
    mode === 'server' ? await startClickHouse({ folder: join(folder, 'server') }) : null;
  const databaseAt = database?.at;
  const env = {
    SPANLEDGER_PORT: String(port),
    SPANLEDGER_DATA_DIR: join(folder, 'data'),
    SPANLEDGER_SETTLE_AFTER_MS: '400',
    // Hours are settled all the while, though the one that settles is killed every second: not many lives later.
    SPANLEDGER_LEASE_MS: '3000',
    ...(database ? { SPANLEDGER_CLICKHOUSE_URL: database.url } : {}),
  };

  async function sendUntilOver(sender: number): Promise<void> {
    const own = randomOf(seed * 100 + sender);
    for (let batch = 0; !over; batch++) {
      const hour = firstHour + own(HOURS) * HOUR_MS;
      const calls = Array.from({ length: 1 + own(20) }, (_, n) => ({
        id: `msg_${seed}_${sender}_${batch}_${n}`,
        at: new Date(hour + own(HOUR_MS)).toISOString(),
        usage: { input_tokens: own(9_000), output_tokens: own(3_000), service_tier: 'standard' },
      }));
      const body = exportBody(
        calls.map(({ id, at, usage }) => ({
          id,
          at,
          durationMs: 1 + own(2_000),
          attributes: callAttributes(`req_${id}`, usage, { 'gen_ai.response.id': id }),
        })),
      );
      sent += calls.length;
      // One export in ten is sent again although it was acknowledged: the answer was lost on the way.
      for (let copies = own(10) === 0 ? 2 : 1; copies > 0;) {
        if (await acknowledged(`${url}/v1/traces`, body)) copies--;
        else await wait(20);
      }
      for (const { id, usage } of calls) books.set(id, costOf(usage));
    }
  }

  async function killServer(): Promise<void> {
    if (database === null) return;
    await database.kill();
    database = null;
    done.server++;
  }
  async function serverIsUp(): Promise<void> {
    if (mode === 'server') database ??= await startClickHouse({ folder: join(folder, 'server'), ...databaseAt });
  }

  async function killCollector(): Promise<void> {
    await wait(random(LIVES_MS));
    await collector.end('SIGKILL');
    done.collector++;
  }
  /** One that is killed before it is ready, or in the moment after. */
  async function killStarting(): Promise<void> {
    const lives = random(LIVES_MS);
    const kill = Promise.withResolvers<void>();
    const started = startCollector(env, (child) =>
      setTimeout(() => {
        child.kill('SIGKILL');
        kill.resolve();
      }, lives),
    ).catch(() => null);
    await kill.promise;
    await (await started)?.end('SIGKILL');
    done.collector++;
    done.starting++;
  }

  /** One kill of the collector, perhaps a second one while it starts again; everything is up before and after. */
  async function strike(): Promise<void> {
    const serverIs = mode === 'embedded' ? 'there' : SERVER_IS[random(SERVER_IS.length)];
    if (serverIs === 'away before') {
      // The collector lives on without its store for a while, and must find it again by itself.
      await killServer();
      await wait(random(AWAY_MS));
      await serverIsUp();
    }
    if (serverIs === 'away after') {
      await killServer();
      await killCollector();
      // It begins without its store: what it acknowledged before waits, and what it takes now waits behind.
      collector = await startCollector(env, () => {}, 'calls are taken and wait');
      await wait(random(AWAY_MS));
      if (random(2) === 0) {
        await killCollector();
        collector = await startCollector(env, () => {}, 'calls are taken and wait');
      }
      await serverIsUp();
      return;
    }
    if (serverIs === 'killed too') await Promise.all([killCollector(), wait(random(LIVES_MS)).then(killServer)]);
    else await killCollector();
    await serverIsUp();
    if (random(5) === 0) await killStarting();
    collector = await startCollector(env);
  }

  async function look(): Promise<void> {
    const acknowledgedBefore = books.size;
    const stored = await nothingWaits(url);
    const answer = await ask<{ rows: [{ calls: number }] }>(`${url}/api/metrics?${window}&measures=calls`);
    const calls = answer?.rows[0].calls;
    if (calls !== undefined && ((stored && calls < acknowledgedBefore) || calls > sent))
      wrongLooks.push(`${calls} calls, ${acknowledgedBefore} acknowledged, ${sent} sent`);
  }

  const still = standsStill(STANDS_STILL_MS);
  let collector: Collector = await startCollector(env);
  const senders = Array.from({ length: SENDERS }, (_, sender) => sendUntilOver(sender));
  async function run(): Promise<Outcome> {
    let priced = false;
    while (!over && done.collector < kills) {
      await strike();
      await look();
      if (!priced && done.collector >= kills / 2) priced = await givePrice(url);
      await reprice(url);
      done.calls = books.size;
      onKill(done);
      still.goesOn(`after ${done.collector} kills`);
    }
    over = true;
    await Promise.all(senders);
    done.calls = books.size;
    still.goesOn('when all was sent');
    while (!(await nothingWaits(url))) await wait(50);
    still.goesOn('when nothing waited');
    while (!priced) priced = await givePrice(url);
    while (!(await reprice(url, true))) await wait(100);
    still.goesOn('when history was priced again');
    const [totals, byHour, repricings] = await Promise.all([
      answered<{ rows: [Outcome['totals']] }>(`${url}/api/metrics?${window}&measures=calls,costUsd`),
      answered<{ rows: Outcome['byHour'] }>(`${url}/api/metrics?${window}&measures=calls,costUsd&bucket=hour`),
      answered<{ repricings: { status: string }[] }>(`${url}/api/repricings`),
    ]);
    return {
      books: new Map([...books].map(([id, pico]) => [id, (pico * 7n) / 8n])),
      listed: await listAll(url, window, (calls) => still.goesOn(`with ${calls} calls listed`)),
      totals: totals.rows[0],
      byHour: byHour.rows,
      applied: repricings.repricings.filter(({ status }) => status === 'applied').length,
      wrongLooks,
    };
  }
  let differences: string[] | null = null;
  try {
    const outcome = await Promise.race([run(), still.noticed, ...senders.map(rejectionOf)]);
    differences = differencesOf(outcome);
    return { done, applied: outcome.applied, differences };
  } finally {
    over = true;
    still.stop();
    await collector.end('SIGKILL');
    await database?.kill();
    // What went wrong is looked into there.
    if (differences?.length === 0) rmSync(folder, { recursive: true, force: true });
    else console.error(`the data of seed ${seed} (${mode}) is left in ${folder}`);
  }
}

/** Rejects `noticed` when it does not go on for so long, and says where it was last. */
function standsStill(afterMs: number): { goesOn(where: string): void; noticed: Promise<never>; stop(): void } {
  const { promise: noticed, reject } = Promise.withResolvers<never>();
  let last = 'from the beginning';
  const notice = () => reject(new Error(`nothing went on for ${afterMs / 60_000} minutes ${last}`));
  let timer = setTimeout(notice, afterMs);
  return {
    noticed,
    goesOn(where) {
      last = where;
      clearTimeout(timer);
      timer = setTimeout(notice, afterMs);
    },
    stop: () => clearTimeout(timer),
  };
}

/** A sender that was refused ends the run; one that has sent all does not. */
const rejectionOf = (sender: Promise<void>): Promise<never> =>
  new Promise((_, reject) => void sender.catch((error: unknown) => reject(error as Error)));

function differencesOf({ books, listed, totals, byHour, applied, wrongLooks }: Outcome): string[] {
  const times = new Map<string, number>();
  for (const { callId } of listed) times.set(callId, (times.get(callId) ?? 0) + 1);
  const cost = [...books.values()].reduce((sum, pico) => sum + pico, 0n);
  const all = `${books.size} calls, ${formatPico(cost)} USD`;
  const hours = byHour.reduce((sum, { calls }) => sum + calls, 0);
  const costOfHours = byHour.reduce((sum, { costUsd }) => sum + picoOf(costUsd), 0n);
  const dear = listed.filter(({ callId, costUsd }) => {
    const pico = books.get(callId);
    return pico !== undefined && costUsd !== formatPico(pico);
  });
  const differences: [what: string, which: readonly string[]][] = [
    ['looks were wrong', wrongLooks],
    ['calls were acknowledged and are not listed', [...books.keys()].filter((id) => !times.has(id))],
    ['calls are listed more than once', [...times].filter(([, n]) => n > 1).map(([id, n]) => `${id} ${n} times`)],
    ['calls are listed that nobody sent', [...times.keys()].filter((id) => !books.has(id))],
    ['calls have another cost than in the books', dear.map(({ callId, costUsd }) => `${callId} ${costUsd}`)],
    ['totals differ', [`${totals.calls} calls, ${totals.costUsd} USD`].filter((said) => said !== all)],
    ['sums of the hours differ', [`${hours} calls, ${formatPico(costOfHours)} USD`].filter((said) => said !== all)],
    ['no re-pricing was applied', applied > 0 ? [] : ['']],
  ];
  return differences
    .filter(([, which]) => which.length > 0)
    .map(([what, which]) => `${which.length} ${what} (books: ${all}): ${which.slice(0, 5).join('; ')}`);
}

const picoOf = (usd: string | null): bigint => BigInt((usd ?? '0.000000000000').replace('.', ''));

/** Haiku 4.5: 1 USD a million for input, 5 for output. */
const costOf = (usage: { input_tokens: number; output_tokens: number }): bigint =>
  BigInt(usage.input_tokens + 5 * usage.output_tokens) * 1_000_000n;

/** Anything but a 2xx for all of it is no acknowledgement. */
async function acknowledged(url: string, body: Uint8Array): Promise<boolean> {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(20_000) });
    const answer = await response.text();
    if (response.ok && answer.includes('rejectedSpans')) throw new TypeError(`refused: ${answer}`);
    return response.ok;
  } catch (error) {
    if (error instanceof TypeError && error.message.startsWith('refused')) throw error;
    return false;
  }
}

/** Null when it did not answer, or not with a 2xx. */
async function ask<T>(url: string, post?: object): Promise<T | null> {
  const headers = { 'content-type': 'application/json' };
  const init = post === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(post) };
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(20_000) }).catch(() => null);
  const text = await response?.text().catch(() => null);
  return response?.ok && text ? (JSON.parse(text) as T) : null;
}

/** A busy machine may take longer than one question waits. */
async function answered<T>(url: string): Promise<T> {
  for (;;) {
    const answer = await ask<T>(url);
    if (answer !== null) return answer;
    await wait(200);
  }
}

/** What is acknowledged while the store is away waits on the collector's disk, and is in no number until it is back. */
async function nothingWaits(url: string): Promise<boolean> {
  const answer = await ask<{ waiting: object | null }>(`${url}/api/waiting`);
  return answer !== null && answer.waiting === null;
}

async function givePrice(url: string): Promise<boolean> {
  const known = await ask<{ own: unknown[] }>(`${url}/api/prices`);
  if (known !== null && known.own.length > 0) return true;
  const price = { model: '*', since: '2026-01-01', percentOff: PERCENT_OFF, source: 'a contract' };
  return (await ask(`${url}/api/prices`, price)) !== null;
}

/** A step of a re-pricing: applies what is ready, else begins one. True when one that was begun here was applied. */
async function reprice(url: string, wholly = false): Promise<boolean> {
  const listed = await ask<{ repricings: { id: string; status: string }[] }>(`${url}/api/repricings`);
  const ready = listed?.repricings.find(({ status }) => status === 'ready');
  if (!wholly) {
    if (ready) await ask(`${url}/api/repricings/${ready.id}/apply`, {});
    else await ask(`${url}/api/repricings`, {});
    return false;
  }
  const begun = await ask<{ id: string }>(`${url}/api/repricings`, {});
  if (begun === null) return false;
  for (;;) {
    const now = await ask<{ status: string }>(`${url}/api/repricings/${begun.id}`);
    if (now?.status === 'applied') return true;
    // Asked again where no answer came: it may have been applied all the same.
    if (now?.status === 'ready') await ask(`${url}/api/repricings/${begun.id}/apply`, {});
    else if (now !== null && now.status !== 'preparing') return false;
    await wait(50);
  }
}

async function listAll(url: string, window: string, goesOn: (calls: number) => void): Promise<Outcome['listed']> {
  const listed: { callId: string; costUsd: string | null }[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const at: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await answered<{ calls: typeof listed; nextCursor: string | null }>(
      `${url}/api/calls?${window}&limit=500${at}`,
    );
    listed.push(...page.calls);
    cursor = page.nextCursor;
    goesOn(listed.length);
  }
  return listed;
}

/** The same numbers for the same seed: from 0 to below the bound. */
function randomOf(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % bound;
  };
}
