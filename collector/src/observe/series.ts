// GET /metrics for Prometheus: one registry a process, and the series that are read from other parts when they are asked for.
// A part that does not answer leaves its series out; the others are still there.
import type { Context } from 'hono';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** A part that hangs must not take the whole answer with it. */
const WITHIN_MS = 2_000;

export interface Series {
  registry: Registry;
  /** A number read when it is asked for; null leaves it out. */
  gauge(name: string, help: string, read: () => number | Promise<number | null>): void;
  /** Sums since the start that another part keeps, by one label. */
  counters(name: string, help: string, label: string, read: () => Iterable<readonly [string, number]>): void;
  text(): Promise<string>;
  /** GET /metrics. */
  answer(c: Context): Promise<Response>;
}

export function createSeries(options: { process?: boolean } = {}): Series {
  const registry = new Registry();
  if (options.process ?? true) collectDefaultMetrics({ register: registry });
  return {
    registry,
    gauge(name, help, read) {
      void new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          const value = await readSoon(read);
          if (value === null) this.remove();
          else this.set(value);
        },
      });
    },
    counters(name, help, label, read) {
      void new Counter({
        name,
        help,
        labelNames: label === '' ? [] : [label],
        registers: [registry],
        collect() {
          this.reset();
          for (const [value, count] of read()) this.inc(label === '' ? {} : { [label]: value }, count);
        },
      });
    },
    text: () => registry.metrics(),
    answer: async (c) => c.text(await registry.metrics(), 200, { 'content-type': registry.contentType }),
  };
}

async function readSoon(read: () => number | Promise<number | null>): Promise<number | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, WITHIN_MS, null)));
  try {
    return await Promise.race([read(), late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
