// What OTLP is decoded into, whichever encoding it came in: plain spans, and refusals of those that cannot be read.

export type AttributeValue = string | number | boolean | null | AttributeValue[] | { [key: string]: AttributeValue };
export type Attributes = Record<string, AttributeValue>;

/** A span as an exporter sent it, ids in lower-case hex, times in microseconds since the epoch. */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  name: string;
  kind: 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  startMicros: number;
  endMicros: number;
  status: 'unset' | 'ok' | 'error';
  statusMessage: string | null;
  attributes: Attributes;
  /** The last MOST_EVENTS of them: what an emitter tells of an error is often in its exception event only. */
  events: readonly SpanEvent[];
  scope: string;
  scopeVersion: string | null;
  resource: Attributes;
}

export interface SpanEvent {
  name: string;
  attributes: Attributes;
}

export interface Refusal {
  /** `span <name>` or `log record <name>`, as far as it could be read. */
  what: string;
  reason: string;
  /** Who sent it, as far as that could be read. */
  scope?: string | undefined;
  service?: string | undefined;
}
export type Encoding = 'protobuf' | 'json';

/** The body as a whole is not what it says it is. `message` is for the sender. */
export class OtlpError extends Error {
  override readonly name = 'OtlpError';
}

export const DEEPEST_VALUE = 64;
export const MOST_EVENTS = 32;
export const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export const STATUSES = ['unset', 'ok', 'error'] as const;

/** Nanoseconds of a 64-bit integer, by halves, in whole microseconds. Exact. */
export function microsOf(high: number, low: number): number {
  const rest = high % 1000;
  return ((high - rest) / 1000) * 0x1_0000_0000 + Math.floor((rest * 0x1_0000_0000 + low) / 1000);
}

export function senderOf(scopeName: unknown, resource: Attributes | Error): Pick<Refusal, 'scope' | 'service'> {
  const service = resource instanceof Error ? undefined : resource['service.name'];
  return {
    ...(typeof scopeName === 'string' && scopeName !== '' ? { scope: scopeName } : {}),
    ...(typeof service === 'string' ? { service } : {}),
  };
}
