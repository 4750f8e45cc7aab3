// How many questions are answered at a time. A question that reads calls one by one keeps the engine for seconds where there are
// many; asked all at once, a page of them would keep files, exports and status waiting. So questions wait for their turn, and one that
// nobody waits for any more, since its reader has changed a filter or gone, is not asked of the store.
import type { MiddlewareHandler } from 'hono';
import pLimit from 'p-limit';
import type { Store } from '../store/store.ts';

/** The embedded engine works in the process's own threads, of which there are four. */
const AT_ONCE: Readonly<Record<Store['storage'], number>> = { embedded: 3, server: 16 };

/** What is answered to nobody: "client closed request", as nginx says it. */
const NOBODY = 499;

export function inTurn(storage: Store['storage']): MiddlewareHandler {
  const limit = pLimit(AT_ONCE[storage]);
  return (c, next) =>
    limit(async () => {
      if (c.req.raw.signal.aborted) return new Response(null, { status: NOBODY });
      await next();
    });
}
