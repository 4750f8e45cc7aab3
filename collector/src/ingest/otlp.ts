// OTLP -> spans: decodes an export request, protobuf or JSON, into plain spans. A body that is not OTLP throws OtlpError;
// a span with wrong types is refused alone, by name, and the rest goes on. Knows no dialect and no store.
// Specification: OTLP 1.x (https://opentelemetry.io/docs/specs/otlp/), JSON mapping included: ids in hex, int64 as string or number.
import type protobuf from 'protobufjs';
import { protobufSpans } from './otlp-protobuf.ts';
import { traceRequestType } from './otlp-schema.ts';

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
export interface Decoded {
  spans: Span[];
  refused: Refusal[];
}
export type Encoding = 'protobuf' | 'json';

/** The body as a whole is not what it says it is. `message` is for the sender. */
export class OtlpError extends Error {
  override readonly name = 'OtlpError';
}

const DEEPEST_VALUE = 64;
export const MOST_EVENTS = 32;
const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

/** A span as its encoding has it, and what it stands in. `unread`: why its bytes are no span. */
export interface SpanMessage {
  span: Record<string, unknown>;
  scope: Record<string, unknown>;
  resource: Record<string, unknown>;
  unread?: string | undefined;
}

/** Throws OtlpError when the body is no ExportTraceServiceRequest. */
export function decodeTraces(body: Uint8Array, encoding: Encoding): Decoded {
  const decoded: Decoded = { spans: [], refused: [] };
  for (const one of readTraces(body, encoding)) {
    if (isRefusal(one)) decoded.refused.push(one);
    else decoded.spans.push(one);
  }
  return decoded;
}

export const isRefusal = (one: Span | Refusal): one is Refusal => 'reason' in one;

/**
 * The spans one after the other, so that each may be gone before the next is read: a whole body as objects is many times its
 * bytes. Throws OtlpError, where the body is protobuf perhaps after some spans.
 */
export function* readTraces(body: Uint8Array, encoding: Encoding): Iterable<Span | Refusal> {
  let of: SpanMessage['resource'] | null = null;
  let resource: Attributes | Error = {};
  for (const message of encoding === 'protobuf' ? protobufSpansOf(body) : jsonSpans(body)) {
    // Many spans have one resource.
    if (message.resource !== of) resource = readResource((of = message.resource));
    yield readOrRefuse(message, resource, encoding);
  }
}

function* protobufSpansOf(body: Uint8Array): Iterable<SpanMessage> {
  try {
    yield* protobufSpans(body);
  } catch (error) {
    throw notProtobuf(traceRequestType, error);
  }
}

const notProtobuf = (type: protobuf.Type, error: unknown): OtlpError =>
  new OtlpError(`the body is not a valid protobuf ${type.name}: ${(error as Error).message}`);

function* jsonSpans(body: Uint8Array): Iterable<SpanMessage> {
  const request = readRequest(body, 'json', traceRequestType);
  for (const resourceSpans of list(request['resourceSpans'], 'resourceSpans')) {
    const resource = record(record(resourceSpans)['resource']);
    for (const scopeSpans of list(record(resourceSpans)['scopeSpans'], 'scopeSpans')) {
      const scope = record(record(scopeSpans)['scope']);
      for (const span of list(record(scopeSpans)['spans'], 'spans')) yield { span: record(span), scope, resource };
    }
  }
}

function readOrRefuse(
  { span, scope, unread }: SpanMessage,
  resource: Attributes | Error,
  encoding: Encoding,
): Span | Refusal {
  try {
    if (unread !== undefined) throw new Error(unread);
    if (resource instanceof Error) throw new Error(`resource: ${resource.message}`);
    return readSpan(span, scope, resource, encoding);
  } catch (error) {
    const name = typeof span['name'] === 'string' ? span['name'].slice(0, 100) : 'without a name';
    return {
      what: `span ${name}`,
      reason: error instanceof Error ? error.message : String(error),
      ...senderOf(scope, resource),
    };
  }
}

export function readRequest(body: Uint8Array, encoding: Encoding, type: protobuf.Type): Record<string, unknown> {
  if (encoding === 'protobuf') {
    try {
      return type.decode(body) as unknown as Record<string, unknown>;
    } catch (error) {
      throw notProtobuf(type, error);
    }
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new OtlpError(`the body is not valid JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new OtlpError(`the body must be a JSON object, an ${type.name}`);
  }
  // Names that nobody knows are to be ignored; a body of nothing else is another signal's, or none of OTLP, and would be lost
  // with a 200.
  const [field = ''] = Object.keys(type.fields);
  if (!(field in parsed) && Object.keys(parsed).length > 0) {
    throw new OtlpError(`the body has no ${field}: it is no ${type.name} with names as OTLP/JSON has them`);
  }
  return parsed as Record<string, unknown>;
}

/** An error where it cannot be read: it is for the resource's spans to be refused with it, and no others. */
export function readResource(resource: Record<string, unknown>): Attributes | Error {
  try {
    return attributesOf(resource['attributes']);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

export function senderOf(
  scope: Record<string, unknown>,
  resource: Attributes | Error,
): Pick<Refusal, 'scope' | 'service'> {
  const service = resource instanceof Error ? undefined : resource['service.name'];
  return {
    ...(typeof scope['name'] === 'string' && scope['name'] !== '' ? { scope: scope['name'] } : {}),
    ...(typeof service === 'string' ? { service } : {}),
  };
}

function readSpan(
  span: Record<string, unknown>,
  scope: Record<string, unknown>,
  resource: Attributes,
  encoding: Encoding,
): Span {
  const startMicros = micros(span['startTimeUnixNano'], 'startTimeUnixNano');
  const endMicros = micros(span['endTimeUnixNano'], 'endTimeUnixNano');
  if (startMicros === 0) throw new Error('startTimeUnixNano: is missing');
  const status = record(span['status']);
  const statusMessage = status['message'];
  return {
    traceId: id(span['traceId'], 16, 'traceId', encoding),
    spanId: id(span['spanId'], 8, 'spanId', encoding),
    parentSpanId: isEmpty(span['parentSpanId']) ? null : id(span['parentSpanId'], 8, 'parentSpanId', encoding),
    name: text(span['name'], 'name'),
    kind: KINDS[enumOf(span['kind'], 'SPAN_KIND_')] ?? 'unspecified',
    startMicros,
    endMicros: endMicros === 0 ? startMicros : endMicros,
    status: (['unset', 'ok', 'error'] as const)[enumOf(status['code'], 'STATUS_CODE_')] ?? 'unset',
    statusMessage: typeof statusMessage === 'string' && statusMessage !== '' ? statusMessage : null,
    attributes: attributesOf(span['attributes']),
    events: eventsOf(span['events']),
    scope: typeof scope['name'] === 'string' ? scope['name'] : '',
    scopeVersion: typeof scope['version'] === 'string' && scope['version'] !== '' ? scope['version'] : null,
    resource,
  };
}

/** An event that cannot be read is left out: it is no reason to refuse its span. */
function eventsOf(events: unknown): SpanEvent[] {
  if (!Array.isArray(events)) return [];
  return events.slice(-MOST_EVENTS).flatMap((event) => {
    const { name, attributes } = record(event);
    try {
      return typeof name === 'string' ? [{ name, attributes: attributesOf(attributes) }] : [];
    } catch {
      return [];
    }
  });
}

export function attributesOf(pairs: unknown, depth = 0): Attributes {
  const attributes: Attributes = {};
  for (const pair of list(pairs, 'attributes')) {
    const { key, value } = record(pair);
    if (typeof key !== 'string') throw new Error('attributes: a key is not a string');
    attributes[key] = valueOf(value, key, depth);
  }
  return attributes;
}

export function valueOf(any: unknown, key: string, depth: number): AttributeValue {
  if (depth > DEEPEST_VALUE) throw new Error(`attribute ${key}: is nested deeper than ${DEEPEST_VALUE} levels`);
  const value = record(any);
  // Own properties only: a decoded protobuf message has every absent field, with its default, on its prototype.
  const has = (name: string): boolean => Object.hasOwn(value, name) && value[name] !== null;
  if (has('stringValue')) return expectType(value['stringValue'], 'string', key);
  if (has('boolValue')) return expectType(value['boolValue'], 'boolean', key);
  if (has('intValue')) return integer(value['intValue'], key);
  if (has('doubleValue')) return double(value['doubleValue'], key);
  if (has('arrayValue'))
    return list(record(value['arrayValue'])['values'], `attribute ${key}: arrayValue`).map((item) =>
      valueOf(item, key, depth + 1),
    );
  if (has('kvlistValue')) return attributesOf(record(value['kvlistValue'])['values'], depth + 1);
  return null;
}

/** JSON spells what JSON has no number for as a string: "NaN", "Infinity". */
function double(value: unknown, key: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^(NaN|-?Infinity|-?\d+(\.\d+)?(e[+-]?\d+)?)$/i.test(value)) return Number(value);
  throw new Error(`attribute ${key}: doubleValue is not a number`);
}

function expectType<T extends 'string' | 'boolean'>(
  value: unknown,
  type: T,
  key: string,
): T extends 'string' ? string : boolean {
  if (typeof value !== type)
    throw new Error(`attribute ${key}: ${type === 'string' ? 'stringValue' : 'boolValue'} holds a ${typeof value}`);
  return value as T extends 'string' ? string : boolean;
}

function integer(value: unknown, key: string): number {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : longToNumber(value);
  if (number === null || !Number.isInteger(number)) throw new Error(`attribute ${key}: intValue is not an integer`);
  return number;
}

function longToNumber(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return isLong(value) ? value.toNumber() : null;
}

/** protobufjs gives a 64-bit integer as a Long. */
const isLong = (value: unknown): value is { toNumber(): number; high: number; low: number } =>
  typeof value === 'object' && value !== null && 'toNumber' in value && 'high' in value;

/** Nanoseconds of a 64-bit integer, by halves, in whole microseconds. Exact. */
function microsOf(high: number, low: number): number {
  const rest = high % 1000;
  return ((high - rest) / 1000) * 0x1_0000_0000 + Math.floor((rest * 0x1_0000_0000 + low) / 1000);
}

/** Nanoseconds to whole microseconds; 0 when absent. Exact: taken as bigint. */
export function micros(value: unknown, name: string): number {
  if (value === undefined || value === null) return 0;
  if (isLong(value)) return microsOf(value.high >>> 0, value.low >>> 0);
  let nanos: bigint;
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) nanos = BigInt(value);
  else if (typeof value === 'number' && Number.isFinite(value) && value >= 0) nanos = BigInt(Math.trunc(value));
  else throw new Error(`${name}: must be nanoseconds since the epoch, got ${shown(value)}`);
  return Number(nanos / 1000n);
}

export function id(value: unknown, bytes: number, name: string, encoding: Encoding): string {
  let hex: string | null = null;
  if (encoding === 'json') hex = typeof value === 'string' ? value.toLowerCase() : null;
  else if (value instanceof Uint8Array) hex = Buffer.from(value).toString('hex');
  if (hex === null || hex.length !== bytes * 2 || !/^[0-9a-f]+$/.test(hex) || /^0+$/.test(hex)) {
    throw new Error(
      `${name}: must be ${bytes} bytes${encoding === 'json' ? ' in hex' : ''}, not all zero, got ${shown(value)}`,
    );
  }
  return hex;
}

function enumOf(value: unknown, prefix: string): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return 0;
  const name = value.replace(prefix, '').toLowerCase();
  return prefix === 'SPAN_KIND_' ? (KINDS as readonly string[]).indexOf(name) : ['unset', 'ok', 'error'].indexOf(name);
}

export function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new Error(`${name}: must be a string, got ${shown(value)}`);
  return value;
}

export function list(value: unknown, name: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new OtlpError(`${name} must be an array`);
  return value;
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

export function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (typeof value === 'object' && (value as ArrayLike<unknown>).length === 0)
  ); // protobufjs: absent bytes are an empty array
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}
