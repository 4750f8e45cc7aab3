/**
 * What all copies of this package in one process share. An application can hold several (ESM and CommonJS, nested
 * node_modules, a bundle), and a tag set through one has to reach a call seen by another. So the state hangs on
 * `globalThis` under a registered symbol; its shape may only grow.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { TracerProvider } from '@opentelemetry/api';
import type { KnownBatch } from './anthropic/batch.ts';
import type { ResultQueue } from './anthropic/batch-results.ts';
import type { Call, Pending } from './anthropic/call.ts';
import type { Tags } from './tags.ts';

export interface Settings {
  /** Where our own spans go; the global provider when not given. */
  readonly tracerProvider?: TracerProvider;
  /** Tags of every call; `withTags` and baggage win over them. */
  readonly tags?: Tags;
  /** Whether tags travel to other services as baggage and are read from it. True unless given. */
  readonly baggage?: boolean;
}

export interface State {
  settings: Settings;
  readonly tags: AsyncLocalStorage<Tags>;
  /** The call being made, for its attempts to find. */
  readonly calls: AsyncLocalStorage<Pending>;
  /** Calls whose span has not ended. */
  readonly open: Set<Call>;
  /** Given a class of the SDK by the line that the loader hook appends. */
  onClass: ((constructor: unknown) => void) | undefined;
  /** Starts the provider of `register`, when that is in use. */
  ensureProvider: (() => void) | undefined;
  hooked: boolean;
  /** The message batches that were submitted or retrieved here, by id, the latest ones. */
  batches: Map<string, KnownBatch>;
  /** Results of batches on their way to becoming spans. */
  results: ResultQueue;
  /** Goes up with every beginning and end of a call: what is new since the last flush. */
  activity: number;
}

const KEY = Symbol.for('@spanledger/instrumentation');
const shared = globalThis as { [KEY]?: State };

export const state: State = (shared[KEY] ??= {
  settings: { baggage: process.env['SPANLEDGER_BAGGAGE']?.toLowerCase() !== 'false' },
  tags: new AsyncLocalStorage(),
  calls: new AsyncLocalStorage(),
  open: new Set(),
  onClass: undefined,
  ensureProvider: undefined,
  hooked: false,
  batches: new Map(),
  results: { waiting: [], made: [], draining: undefined, failing: false },
  activity: 0,
});
// A copy of an earlier version may have made it.
state.batches ??= new Map();
state.results ??= { waiting: [], made: [], draining: undefined, failing: false };

/** Lays `settings` over the ones there are; a field that is not given stays as it is. */
export function settle(settings: Settings): void {
  state.settings = Object.freeze({ ...state.settings, ...settings });
}
