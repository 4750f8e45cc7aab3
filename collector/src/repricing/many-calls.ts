// For tests and benches: a ledger of as many calls as wanted in seconds. A few hundred reports are priced by `priceCall`; ClickHouse
// copies their rows with new ids and times, so that what the whole must cost is known without asking the ledger.
import { parseUsd, type PriceBook } from '@spanledger/instrumentation/pricing';
import { blankReport, type Report } from '../calls/report.ts';
import { priceReport } from '../price-report.ts';
import { queryMetrics } from '../query/metrics.ts';
import { gatherRows } from '../store/append.ts';
import { createDirtyHours } from '../store/dirty-hours.ts';
import { createGroupCommit } from '../store/group-commit.ts';
import type { Store } from '../store/store.ts';

const SEEDS = 400;
const MODELS = ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5-5', 'claude-haiku-4-5', 'nova-9'];
/** Seeds are of these twenty days, in which no price card of the models changes: copies have the seed's price. */
const FIRST_MS = Date.UTC(2026, 9, 16);
const DAYS = 20;
export const LAST_MS = FIRST_MS + DAYS * 86_400_000;
const RECEIVED_MS = Date.UTC(2026, 10, 6);
/** Copies made by one statement. */
const AT_ONCE = 5_000_000;
/** Conversations are of five calls, twenty of them at a time; five thousand people have them. */
const CONVERSATION = 'intDiv(copy.number, 100) * 20 + copy.number % 20';
const PEOPLE = 5_000;

/** Copies are evenly spread over the `days` before LAST_MS. */
export async function fillLedger(store: Store, calls: number, book: PriceBook, days = DAYS): Promise<void> {
  const seeds = seedReports();
  const priced = seeds.map((report) => priceReport(report, book));
  const gathered = gatherRows(RECEIVED_MS);
  for (const one of priced) gathered.report(one);
  const writer = createGroupCommit({ store, dirtyHours: createDirtyHours(store) });
  await writer.write(gathered.rows(), gathered.startedAtMicros);
  const columns = (
    await store.query<{ name: string }>(
      `SELECT name FROM system.columns WHERE table = 'reports' AND database = currentDatabase()`,
    )
  ).map(({ name }) => name);
  const fresh: Record<string, string> = {
    call_key: `concat('msg_', hex(sipHash64(copy.number)))`,
    message_id: `concat('msg_', hex(sipHash64(copy.number)))`,
    request_id: `concat('req_', hex(sipHash64(copy.number, 1)))`,
    trace_id: `lower(hex(sipHash128(copy.number)))`,
    span_id: `lower(hex(sipHash64(copy.number, 2)))`,
    started_at: `fromUnixTimestamp64Micro(toInt64(${(LAST_MS - days * 86_400_000) * 1000} + copy.number * ${Math.floor((days * 86_400_000_000) / calls)}), 'UTC')`,
    user_id: `concat('user-', toString(sipHash64(${CONVERSATION}) % ${PEOPLE}))`,
    conversation_id: `concat('conversation-', hex(sipHash64(${CONVERSATION}, 3)))`,
  };
  for (let first = SEEDS; first < calls; first += AT_ONCE) {
    await store.command(`INSERT INTO reports (${columns.join(', ')})
SELECT ${columns.map((column) => fresh[column] ?? `seed.${column}`).join(', ')}
FROM (SELECT number, concat('seed-', toString(number % ${SEEDS})) AS pick FROM numbers(${first}, ${Math.min(AT_ONCE, calls - first)})) AS copy
INNER JOIN (SELECT * FROM reports WHERE startsWith(ifNull(span_id, ''), 'seed-')) AS seed ON seed.span_id = copy.pick`);
  }
  await store.command(
    `INSERT INTO dirty_hours SELECT toStartOfHour(started_at) AS hour, now64(6, 'UTC') FROM reports GROUP BY hour`,
  );
}

/** What that many calls cost by a book, pico-USD, the unpriced left out; worked out call by call, without a ledger. */
export function expectedCost(calls: number, book: PriceBook): bigint {
  const copies = (seed: number): bigint => BigInt(Math.floor(calls / SEEDS) + (seed < calls % SEEDS ? 1 : 0));
  return seedReports().reduce((sum, report, index) => {
    const { costUsd } = priceReport(report, book);
    return costUsd === null ? sum : sum + parseUsd(costUsd) * copies(index);
  }, 0n);
}

/** What the ledger says that all of them cost, USD with 12 places. */
export async function totalCost(store: Store): Promise<string> {
  const { rows } = await queryMetrics(store, {
    from: '2026-01-01T00:00:00Z',
    to: '2027-01-01T00:00:00Z',
    measures: ['costUsd'],
    by: [],
    bucket: 'none',
    timezone: 'UTC',
    where: [],
  });
  return String(rows[0]?.['costUsd']);
}

/** The same every time. */
function seedReports(): Report[] {
  let state = 20_261_121;
  const below = (bound: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % bound;
  };
  return Array.from({ length: SEEDS }, (_, index) => {
    const blank = blankReport('spanledger', FIRST_MS * 1000 + index);
    const model = MODELS[below(MODELS.length)] ?? null;
    const written = below(3) * 1009;
    return {
      ...blank,
      traceId: `seed-trace-${index}`,
      spanId: `seed-${index}`,
      messageId: `msg_seed_${index}`,
      requestId: `req_seed_${index}`,
      requestModel: model,
      model,
      durationMs: 100 + below(9000),
      ttftMs: 50 + below(900),
      stream: true,
      outcome: 'ok' as const,
      httpStatus: 200,
      stopReason: 'end_turn',
      usageAssumesStandard: false,
      tags: {
        ...blank.tags,
        feature: `feature-${below(12)}`,
        userId: `user-${below(200)}`,
        customer: `customer-${below(30)}`,
      },
      usage: {
        input_tokens: below(6000),
        cache_creation_input_tokens: written,
        cache_read_input_tokens: below(20_000),
        cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
        output_tokens: below(3000),
        service_tier: 'standard',
      },
    };
  });
}
