// /healthz: the process answers. /readyz: it can take calls and answer questions, and if not, why. Neither needs a token, so
// neither says more than a code.
import { Hono } from 'hono';
import type { InsertFailure } from '../observe/measured-store.ts';
import type { Log } from '../ports.ts';
import { settleLag } from '../query/settle-lag.ts';
import { pendingMigrations } from '../store/migrate.ts';
import type { Store } from '../store/store.ts';
import { ApiError } from './errors.ts';

/** An insert that failed makes the collector unready for so long: it must get the chance to succeed again. */
const FAILED_LATELY_MS = 30_000;

export function healthRoutes(options: {
  store: Store;
  lastInsertFailure: () => InsertFailure | null;
  now: () => number;
  log: Log;
}) {
  const { store, lastInsertFailure, now, log } = options;
  return new Hono()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const [pending, lag] = await Promise.all([pendingMigrations(store), settleLag(store, now())]).catch(
        (error: unknown) => {
          log.warn('not ready', { error });
          throw new ApiError(503, 'store_unavailable', 'The store does not answer.');
        },
      );
      if (pending.length > 0) {
        throw new ApiError(503, 'not_migrated', `${pending.length} migrations have not been made yet.`);
      }
      const failure = lastInsertFailure();
      if (failure !== null && now() - failure.atMs < FAILED_LATELY_MS) {
        throw new ApiError(503, 'insert_failed', `The last insert failed (${failure.code}).`);
      }
      return c.json({
        status: 'ready',
        settleLagSeconds: Math.round(lag.seconds),
        lastInsertError: failure && { at: new Date(failure.atMs).toISOString(), code: failure.code },
      });
    });
}
