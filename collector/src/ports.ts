// What every stage may be given instead of reaching for it: the time and the log. Tests hand in their own.

/** Time as a stage sees it. Instants are milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Runs `task` once after `ms`; the answer cancels it. A timer never keeps the process alive. */
  after(ms: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Says what happened, with its facts beside it; never throws. */
export interface Log {
  info(message: string, facts?: Record<string, unknown>): void;
  warn(message: string, facts?: Record<string, unknown>): void;
  error(message: string, facts?: Record<string, unknown>): void;
}
