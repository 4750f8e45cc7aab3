/**
 * The provider of `register`, for applications without an OpenTelemetry set-up of their own: the Node SDK, configured
 * by the OTEL_* variables as its users expect, with a collector on this machine as the default. It is loaded once and
 * late, when the Claude SDK is, because loading it takes some 200 ms. A provider that is there already is used instead.
 *
 * At the end of the process it flushes, for two seconds at most. A collector that is not there costs one warning.
 */
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { ProxyTracerProvider, trace } from '@opentelemetry/api';
import type { core, NodeSDK } from '@opentelemetry/sdk-node';
import { resultsDelivered } from './anthropic/batch-results.ts';
import { endOpenCalls } from './anthropic/call.ts';
import { guard } from './guard.ts';
import { state } from './state.ts';

const DEFAULT_ENDPOINT = 'http://127.0.0.1:4318';
const FLUSH_MS = 2_000;

/** The SDK's defaults that differ here. A variable that the user set is never touched. */
const DEFAULTS: Readonly<Record<string, string>> = {
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  // Only traces carry calls; metrics and logs are on when asked for.
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  // Not `process`: it records the command line, which can hold secrets.
  OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,serviceinstance',
  // A failed export is tried again within this time, and meanwhile holds the process open.
  OTEL_EXPORTER_OTLP_TIMEOUT: String(FLUSH_MS),
};

interface Flushable {
  forceFlush?(): Promise<void>;
}

/** The provider behind the global proxy. The proxy can be of another copy of the API (ESM beside CommonJS). */
function globalProvider(): Flushable {
  const provider = trace.getTracerProvider() as Flushable & { getDelegate?(): Flushable };
  return provider.getDelegate?.() ?? provider;
}

let started = false;
let warned = false;

/** Whether the application has set a global provider. */
export function hasProvider(): boolean {
  return globalProvider() !== new ProxyTracerProvider().getDelegate();
}

/** Starts the provider, once, unless there is one or OTEL_SDK_DISABLED says no. Never throws. */
export function ensureProvider(): void {
  if (started) return;
  started = true;
  try {
    if (hasProvider()) return;
    const endpoint = tracesEndpoint();
    const sdk = withEnvironment(environment(endpoint), () => start(endpoint));
    if (sdk) flushAtExit(endpoint);
  } catch (error) {
    warn(`tracing could not start: ${reasonOf(error)}`);
  }
}

function start(endpoint: string): NodeSDK {
  const node = createRequire(import.meta.url)('@opentelemetry/sdk-node') as {
    NodeSDK: typeof NodeSDK;
    core: typeof core;
  };
  const sdk = new node.NodeSDK();
  sdk.start();
  node.core.setGlobalErrorHandler((error: unknown) =>
    warn(`spans cannot be delivered to ${endpoint} (${reasonOf(error)})`),
  );
  return sdk;
}

/** Where the traces go, by the rules of the OTLP exporter: a base URL gets `/v1/traces`, the one for traces nothing. */
function tracesEndpoint(): string {
  const own = process.env['SPANLEDGER_ENDPOINT'];
  if (own) return `${own.replace(/\/+$/, '')}/v1/traces`;
  const traces = process.env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  if (traces) return traces;
  return `${(process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] || DEFAULT_ENDPOINT).replace(/\/+$/, '')}/v1/traces`;
}

function environment(endpoint: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(DEFAULTS)) if (!process.env[name]) variables[name] = value;
  if (process.env['SPANLEDGER_ENDPOINT']) variables['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] = endpoint;
  else if (!process.env['OTEL_EXPORTER_OTLP_ENDPOINT']) variables['OTEL_EXPORTER_OTLP_ENDPOINT'] = DEFAULT_ENDPOINT;
  return variables;
}

/** Runs `work` with `variables` set, and then takes them back: child processes have their own defaults. */
function withEnvironment<T>(variables: Record<string, string>, work: () => T): T {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

function warn(text: string): void {
  if (warned) return;
  warned = true;
  guard(() => process.stderr.write(`[spanledger] ${text}. The application goes on without it; this is said once.\n`));
}

function reasonOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return String(code ?? message ?? error).split('\n')[0] as string;
}

function flushAtExit(endpoint: string): void {
  let flushed = -1;
  process.on('beforeExit', () => {
    // Node can say this more than once: after the flush itself, after work that a listener began, and while an
    // `await` at the top level waits for a module. Only what happened since is flushed.
    if (flushed === state.activity) return;
    flushed = state.activity;
    void flush(endpoint);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const onSignal = () => {
      // With a listener of the application the end of the process is its affair.
      const alone = process.listenerCount(signal) === 1;
      void flush(endpoint).finally(() => {
        if (!alone) return;
        process.removeListener(signal, onSignal);
        process.kill(process.pid, signal);
      });
    };
    // First in line: a listener of the application that is there `once` is gone when its own turn is over.
    process.prependListener(signal, onSignal);
  }
  process.on('exit', () => guard(endOpenCalls));
}

/** Settles within two seconds, at once when nobody listens at the endpoint. Never rejects. */
async function flush(endpoint: string): Promise<void> {
  guard(endOpenCalls);
  const overOtlp = (process.env['OTEL_TRACES_EXPORTER'] || 'otlp').trim() === 'otlp';
  const refusal = overOtlp ? await refused(endpoint) : undefined;
  if (refusal) return warn(`spans cannot be delivered to ${endpoint} (${refusal})`);
  // The timer also holds the process open: the exporter is loading its own parts, which does not.
  let timer: NodeJS.Timeout | undefined;
  const cap = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, FLUSH_MS, 'late');
  });
  const flushed = Promise.all([resultsDelivered(), globalProvider().forceFlush?.()]).then(
    () => undefined,
    (error: unknown) => warn(`spans cannot be delivered to ${endpoint} (${reasonOf(error)})`),
  );
  if ((await Promise.race([flushed, cap])) === 'late')
    warn(`spans could not be delivered to ${endpoint} within ${FLUSH_MS / 1000} s`);
  clearTimeout(timer);
}

/** The error of a connection that is refused or has no host; undefined when somebody is there, or it is not known. */
function refused(endpoint: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    try {
      const { hostname, port, protocol } = new URL(endpoint);
      const socket = connect({
        host: hostname.replace(/^\[(.*)\]$/, '$1'),
        port: Number(port) || (protocol === 'https:' ? 443 : 80),
        timeout: 500,
      });
      const done = (answer: string | undefined) => {
        socket.destroy();
        resolve(answer);
      };
      socket.once('connect', () => done(undefined));
      socket.once('timeout', () => done(undefined));
      socket.once('error', (error: NodeJS.ErrnoException) =>
        done(error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND' ? error.code : undefined),
      );
    } catch {
      resolve(undefined);
    }
  });
}
