// POST /api/backups: the whole ledger as one tar, while calls come in. Whoever may read the ledger may take it along.
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import type { Pipeline } from '../pipeline.ts';
import type { Log } from '../ports.ts';
import type { Store } from '../store/store.ts';
import { packLedger } from './backup.ts';

export function backupRoutes(options: {
  store: Store;
  pipeline: Pick<Pipeline, 'settled'>;
  version: string;
  now: () => number;
  log: Log;
}) {
  const { store, pipeline, version, now, log } = options;
  return new Hono().post('/backups', async () => {
    const nowMs = now();
    // What was received before and is still on its way belongs to it.
    await pipeline.settled();
    const { tar, done } = packLedger(store, { version, nowMs });
    done.catch((error: unknown) => log.error('a backup was not finished', { error }));
    const body = Readable.toWeb(Readable.from(tar)) as ReadableStream<Uint8Array>;
    const name = `spanledger-${new Date(nowMs).toISOString().slice(0, 19).replaceAll(':', '')}.tar`;
    return new Response(body, {
      headers: { 'content-type': 'application/x-tar', 'content-disposition': `attachment; filename="${name}"` },
    });
  });
}
