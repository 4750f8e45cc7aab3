// For tests: export requests as an exporter sends them, built from a few words about each call.
import { createHash } from 'node:crypto';
import type { Attributes, Span } from './otlp.ts';

export type Value = string | number | boolean | readonly string[];
export interface FakeSpan {
  /** Ids are made from this, so that the same name is the same span. */
  id: string;
  at?: string;
  durationMs?: number;
  name?: string;
  /** 0 unset, 1 ok, 2 error. */
  status?: number;
  traceId?: string;
  parentSpanId?: string;
  attributes?: Record<string, Value>;
}

const hex = (text: string, digits: number): string => createHash('sha256').update(text).digest('hex').slice(0, digits);
export const spanIdOf = (id: string): string => hex(id, 16);
export const traceIdOf = (id: string): string => hex(`trace ${id}`, 32);

function valueOf(value: Value): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map((item) => valueOf(item)) } };
}
export const attributesJson = (attributes: Record<string, Value>) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }));

export function spanJson(span: FakeSpan): Record<string, unknown> {
  const startMs = Date.parse(span.at ?? '2026-11-01T09:30:00Z');
  return {
    traceId: span.traceId ?? traceIdOf(span.id),
    spanId: spanIdOf(span.id),
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name ?? 'anthropic.messages.create',
    kind: 3,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: String(BigInt(startMs) * 1_000_000n + BigInt(Math.round((span.durationMs ?? 1000) * 1_000_000))),
    status: { code: span.status ?? 1 },
    attributes: attributesJson(span.attributes ?? {}),
  };
}

export const NATIVE = 'com.anthropic.sdk.typescript';
export const OWN = '@spanledger/instrumentation';

/** One ExportTraceServiceRequest in JSON; `spans` may be raw span objects too. */
export function exportBody(
  spans: readonly (FakeSpan | Record<string, unknown>)[],
  { scope = NATIVE, resource = { 'service.name': 'shop' } }: { scope?: string; resource?: Record<string, Value> } = {},
): Uint8Array {
  const request = {
    resourceSpans: [
      {
        resource: { attributes: attributesJson(resource) },
        scopeSpans: [
          {
            scope: { name: scope },
            spans: spans.map((span) => ('traceId' in span && 'kind' in span ? span : spanJson(span as FakeSpan))),
          },
        ],
      },
    ],
  };
  return new TextEncoder().encode(JSON.stringify(request));
}

/** What an enriched native span says of a plain call: the API's usage verbatim and the model that answered. */
export function callAttributes(
  requestId: string,
  usage: Record<string, unknown> | null,
  more: Record<string, Value> = {},
): Record<string, Value> {
  return {
    'gen_ai.request.model': 'claude-haiku-4-5',
    'gen_ai.response.model': 'claude-haiku-4-5-20251001',
    'http.response.status_code': 200,
    'anthropic.request.id': requestId,
    'gen_ai.response.id': `msg_${requestId}`,
    'anthropic.message.stop_reason': 'end_turn',
    ...(usage === null ? {} : { 'spanledger.usage': JSON.stringify(usage) }),
    ...more,
  };
}

/** One log record in JSON, as `logsBody` takes it. */
export interface FakeLog {
  eventName?: string;
  at?: string;
  attributes?: Record<string, Value>;
  traceId?: string;
  spanId?: string;
}
export function logJson(log: FakeLog): Record<string, unknown> {
  return {
    timeUnixNano: `${Date.parse(log.at ?? '2026-11-01T09:30:00Z')}000000`,
    ...(log.eventName === undefined ? {} : { eventName: log.eventName }),
    ...(log.traceId === undefined ? {} : { traceId: log.traceId }),
    ...(log.spanId === undefined ? {} : { spanId: log.spanId }),
    attributes: attributesJson(log.attributes ?? {}),
  };
}

/** One ExportLogsServiceRequest in JSON; `records` may be raw record objects too. */
export function logsBody(
  records: readonly (FakeLog | Record<string, unknown>)[],
  { scope = '', resource = {} }: { scope?: string; resource?: Record<string, Value> } = {},
): Uint8Array {
  const logRecords = records.map((record) => ('timeUnixNano' in record ? record : logJson(record as FakeLog)));
  const request = {
    resourceLogs: [
      { resource: { attributes: attributesJson(resource) }, scopeLogs: [{ scope: { name: scope }, logRecords }] },
    ],
  };
  return new TextEncoder().encode(JSON.stringify(request));
}

/** A decoded span, for the tests of one dialect. */
export function spanOf(span: Partial<Span> & { attributes: Attributes }): Span {
  const startMicros = Date.UTC(2026, 10, 1, 9, 30) * 1000;
  return {
    traceId: traceIdOf('one'),
    spanId: spanIdOf('one'),
    parentSpanId: null,
    name: 'chat claude-haiku-4-5',
    kind: 'client',
    startMicros,
    endMicros: startMicros + 1_000_000,
    status: 'unset',
    statusMessage: null,
    events: [],
    scope: 'app',
    scopeVersion: null,
    resource: { 'service.name': 'shop' },
    ...span,
  };
}
