// Sends what the app's tracer provider still holds, before the collector of the demo is stopped.
import { ProxyTracerProvider, trace } from '@opentelemetry/api';

export async function flushSpans(): Promise<void> {
  const provider = trace.getTracerProvider();
  const flushable = (provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider) as {
    forceFlush?(): Promise<void>;
  };
  await flushable.forceFlush?.().catch(() => {}); // a collector that went away: the app is none the worse for it
}
