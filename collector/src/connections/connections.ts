// By which ways calls have come in. What was stored before the start is asked of the store once; what comes after is counted
// as it comes, so that a page may ask every two seconds and cost the store nothing.
import { WAYS, type Connections, type Way } from '../contract/connections.ts';
import type { ReportsOfSource } from '../store/append.ts';
import type { Store } from '../store/store.ts';

export interface ConnectionLog {
  /** What was made durable; `agent` is the User-Agent it came with, null when there was none. */
  saw(told: readonly ReportsOfSource[], agent: string | null): void;
  /** Something came by it that is no call: Anthropic's test of a destination. */
  reached(way: Way): void;
  ways(): Promise<Connections['ways']>;
}

export function createConnectionLog({ store, now = Date.now }: { store: Store; now?: () => number }): ConnectionLog {
  const startedMs = now();
  const counts = new Map<Way, { reports: number; lastMs: number }>();
  let before: Promise<void> | null = null;

  const add = (way: Way, reports: number, lastMs: number): void => {
    const known = counts.get(way);
    counts.set(way, {
      reports: (known?.reports ?? 0) + reports,
      lastMs: Math.max(known?.lastMs ?? 0, lastMs),
    });
  };
  const load = async (): Promise<void> => {
    const rows = await store.query<{ source: string; scope: string | null; reports: number; lastMs: number }>(
      `SELECT source, scope, count() AS reports, toUnixTimestamp64Milli(max(toDateTime64(received_at, 3))) AS lastMs
FROM reports
WHERE received_at < fromUnixTimestamp64Milli({startedMs: Int64}, 'UTC')
GROUP BY source, scope`,
      { startedMs },
    );
    for (const { source, scope, reports, lastMs } of rows) add(wayOf(source, scope), Number(reports), Number(lastMs));
  };

  return {
    saw(told, agent) {
      const all = told.reduce((sum, { reports }) => sum + reports, 0);
      for (const { source, scope, reports } of told) add(wayOf(source, scope), reports, now());
      // The spans are the same as without it in between; only who delivers them tells.
      if (all > 0 && /\bcollector\b|\botelcol|^alloy/i.test(agent ?? '')) add('otel-collector', all, now());
    },
    reached: (way) => add(way, 0, now()),
    async ways() {
      before ??= load().catch((error: unknown) => {
        before = null;
        throw error;
      });
      await before;
      return WAYS.flatMap((way) => {
        const known = counts.get(way);
        return known === undefined
          ? []
          : [{ way, reports: known.reports, lastReceivedAt: new Date(known.lastMs).toISOString() }];
      });
    },
  };
}

const BY_SOURCE: Readonly<Record<string, Way>> = {
  spanledger: 'node',
  'anthropic-sdk+spanledger': 'node',
  'vercel-ai': 'vercel-ai',
  'claude-code': 'claude-code',
  'claude-platform': 'claude-platform',
  api: 'api',
  import: 'import',
  'claude-code-transcript': 'import',
};

function wayOf(source: string, scope: string | null): Way {
  if (scope?.startsWith('com.anthropic.sdk.python') === true) return 'python';
  if (source === 'anthropic-sdk') return scope?.startsWith('com.anthropic.sdk.typescript') === true ? 'node' : 'other';
  return BY_SOURCE[source] ?? 'other';
}
