// Requests out of the spool -> rows -> the store: read, mapped and priced as if they came now, but as received when they came.
import type { Report } from '../calls/report.ts';
import { findingOfPosted } from '../ingest/posted-call.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import type { Log } from '../ports.ts';
import type { DirtyHours } from '../store/dirty-hours.ts';
import { commit, type NamedRows } from '../store/group-commit.ts';
import type { Store } from '../store/store.ts';
import type { SpooledRequest } from './record.ts';

type PipelineParts = Omit<Parameters<typeof createPipeline>[0], 'writer' | 'now' | 'onAppended' | 'dirtyHours'>;

export function createReplay(options: {
  parts: PipelineParts;
  dirtyHours: DirtyHours;
  log: Log;
  onAppended: (calls: number) => void;
}): (requests: readonly SpooledRequest[], token: string) => Promise<void> {
  const { parts, dirtyHours, log, onAppended } = options;
  const store: Store = parts.store;
  return async (requests, token) => {
    const read: { rows: readonly NamedRows[]; startedAtMicros: readonly number[] }[] = [];
    let receivedMs = 0;
    let calls = 0;
    const pipeline = createPipeline({
      ...parts,
      now: () => receivedMs,
      onAppended: (count) => (calls += count),
      writer: {
        write: async (rows, startedAtMicros) => {
          read.push({ rows, startedAtMicros });
          return [];
        },
      },
    });
    for (const request of requests) {
      receivedMs = request.receivedMs;
      if (request.kind === 'reports') await pipeline.ingestReports(await stillTaken(pipeline, request.reports));
      else if (request.kind === 'traces') await pipeline.ingestTraces(request.body, request.encoding, request.agent);
      else await pipeline.ingestLogs(request.body, request.encoding, request.agent);
    }
    const poisoned = await commit(store, dirtyHours, read, { nowMs: receivedMs, token });
    if (poisoned.size > 0)
      log.warn('rows out of the spool were set apart', { rows: [...poisoned.values()].flat().length });
    if (calls > 0) onAppended(calls);
  };
}

/** Without those whose month was dropped while they waited; what is not taken is noted, as at a request. */
async function stillTaken(pipeline: Pipeline, reports: readonly Report[]): Promise<Report[]> {
  const taken = reports.filter(({ startedAtMicros }) => pipeline.tooOld(startedAtMicros / 1000) === null);
  await pipeline.note(...Array.from({ length: reports.length - taken.length }, () => findingOfPosted('startedAt')));
  return taken;
}
