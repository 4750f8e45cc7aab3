// The series of this ledger: what is taken and refused, what waits, and how far the roll-ups are behind.
import { Counter, type Registry } from 'prom-client';
import type { Pipeline } from '../pipeline.ts';
import { settleLag } from '../query/settle-lag.ts';
import type { GroupCommit } from '../store/group-commit.ts';
import { countPoison } from '../store/set-apart.ts';
import type { Store } from '../store/store.ts';
import type { Sender } from '../webhooks/send.ts';
import type { Series } from './series.ts';

export function ingestSeries(
  { counters, gauge }: Series,
  pipeline: Pick<Pipeline, 'counts' | 'refusals' | 'waiting'>,
  now: () => number,
): void {
  counters('spanledger_accepted_spans_total', 'Spans made durable since the start.', '', () => [
    ['', pipeline.counts().spans],
  ]);
  counters('spanledger_accepted_reports_total', 'Reports of Claude calls made durable since the start.', '', () => [
    ['', pipeline.counts().calls],
  ]);
  counters('spanledger_refused_spans_total', 'Spans refused since the start, by reason.', 'reason', () =>
    pipeline.refusals(),
  );
  gauge(
    'spanledger_spool_rows',
    'Calls and spans on local disk that wait for ClickHouse.',
    () => pipeline.waiting()?.rows ?? 0,
  );
  gauge('spanledger_spool_bytes', 'Their size.', () => pipeline.waiting()?.bytes ?? 0);
  gauge('spanledger_spool_age_seconds', 'How long the first of them has waited.', () => {
    const since = pipeline.waiting()?.since;
    return since === undefined ? 0 : Math.max(0, (now() - Date.parse(since)) / 1000);
  });
}

export function storeSeries(
  { gauge }: Series,
  { store, writer, now }: { store: Store; writer: Pick<GroupCommit, 'pending'>; now: () => number },
): void {
  gauge('spanledger_pending_rows', 'Rows in memory that no sender was told are stored.', () => writer.pending().rows);
  gauge('spanledger_pending_bytes', 'Text of these rows.', () => writer.pending().bytes);
  gauge(
    'spanledger_unsettled_hours',
    'Hours read from the reports, because their roll-up is not current.',
    async () => (await settleLag(store, now())).hours,
  );
  gauge(
    'spanledger_settle_lag_seconds',
    'How long the longest waiting of these hours has waited.',
    async () => (await settleLag(store, now())).seconds,
  );
  gauge('spanledger_set_apart_rows', 'Rows that the store refused and that are kept in the table poison.', async () =>
    (await countPoison(store)).reduce((sum, { rows }) => sum + rows, 0),
  );
}

/** The sender, with its attempts counted. */
export function countAttempts(sender: Sender, registry: Registry): Sender {
  const attempts = new Counter({
    name: 'spanledger_webhook_attempts_total',
    help: 'Attempts at webhook deliveries: delivered, refused by the receiver, or without an answer.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of ['delivered', 'refused', 'unanswered']) attempts.inc({ outcome }, 0);
  return {
    async send(message) {
      const outcome = await sender.send(message);
      const { error, httpStatus } = outcome;
      attempts.inc({ outcome: error === null ? 'delivered' : httpStatus === null ? 'unanswered' : 'refused' });
      return outcome;
    },
    close: () => sender.close(),
  };
}
