// OTLP protobuf -> spans, straight from the bytes, with protobufjs' reader: a span, its attributes and nothing in between. Decoded
// by its schema (otlp-schema.ts), a body is a tree of messages in which every attribute is three objects and every time one,
// and the tree is there until its last span is durable. Field numbers: opentelemetry-proto v1; unknown fields are skipped.
import protobuf from 'protobufjs';
import {
  DEEPEST_VALUE,
  KINDS,
  MOST_EVENTS,
  OtlpError,
  STATUSES,
  microsOf,
  senderOf,
  type Attributes,
  type AttributeValue,
  type Refusal,
  type Span,
  type SpanEvent,
} from './span.ts';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
/** A field's number with the type it has on the wire: one that has another type is not this field, and is skipped. */
const tagOf = (field: number, type: number): number => field * 8 + type;
const REQUEST = { resourceSpans: tagOf(1, LENGTH) };
const RESOURCE_SPANS = { resource: tagOf(1, LENGTH), scopeSpans: tagOf(2, LENGTH) };
const RESOURCE = { attributes: tagOf(1, LENGTH) };
const SCOPE_SPANS = { scope: tagOf(1, LENGTH), spans: tagOf(2, LENGTH) };
const SCOPE = { name: tagOf(1, LENGTH), version: tagOf(2, LENGTH) };
const SPAN = {
  traceId: tagOf(1, LENGTH),
  spanId: tagOf(2, LENGTH),
  parentSpanId: tagOf(4, LENGTH),
  name: tagOf(5, LENGTH),
  kind: tagOf(6, VARINT),
  startTimeUnixNano: tagOf(7, FIXED64),
  endTimeUnixNano: tagOf(8, FIXED64),
  attributes: tagOf(9, LENGTH),
  events: tagOf(11, LENGTH),
  status: tagOf(15, LENGTH),
};
const EVENT = { name: tagOf(2, LENGTH), attributes: tagOf(3, LENGTH) };
const STATUS = { message: tagOf(2, LENGTH), code: tagOf(3, VARINT) };
const KEY_VALUE = { key: tagOf(1, LENGTH), value: tagOf(2, LENGTH) };
const VALUE = {
  string: tagOf(1, LENGTH),
  bool: tagOf(2, VARINT),
  int: tagOf(3, VARINT),
  double: tagOf(4, FIXED64),
  array: tagOf(5, LENGTH),
  map: tagOf(6, LENGTH),
  bytes: tagOf(7, LENGTH),
};
const ITEM = tagOf(1, LENGTH);

/** What is wrong with one span, by name: it is refused alone. */
class Unreadable extends Error {}

interface Scope {
  name: string;
  version: string;
}

/** The spans and those that cannot be read, one after the other. Throws OtlpError where the bytes are no protobuf. */
export function* readProtobufTraces(body: Uint8Array): Iterable<Span | Refusal> {
  // A Buffer, for its quick ways to text.
  const reader = protobuf.Reader.create(Buffer.from(body.buffer, body.byteOffset, body.length));
  try {
    while (reader.pos < reader.len) {
      const tag = reader.tag();
      if (tag === REQUEST.resourceSpans) yield* readResourceSpans(reader, endOf(reader));
      else skip(reader, tag);
    }
  } catch (error) {
    throw new OtlpError(`the body is not a valid protobuf ExportTraceServiceRequest: ${(error as Error).message}`);
  }
}

/** The resource and the scope may stand after what they are of. */
function* readResourceSpans(reader: protobuf.Reader, end: number): Iterable<Span | Refusal> {
  let resource: Attributes | Error = {};
  const inside: number[] = [];
  eachField(reader, end, (tag) => {
    if (tag === RESOURCE_SPANS.resource) resource = readResource(reader, endOf(reader), resource);
    else if (tag === RESOURCE_SPANS.scopeSpans) skipOver(reader, inside);
    else skip(reader, tag);
  });
  for (let at = 0; at < inside.length; at += 2) {
    reader.pos = inside[at] as number;
    yield* readScopeSpans(reader, inside[at + 1] as number, resource);
  }
  reader.pos = end;
}

function* readScopeSpans(reader: protobuf.Reader, end: number, resource: Attributes | Error): Iterable<Span | Refusal> {
  const scope: Scope = { name: '', version: '' };
  const inside: number[] = [];
  eachField(reader, end, (tag) => {
    if (tag === SCOPE_SPANS.scope) readScope(reader, endOf(reader), scope);
    else if (tag === SCOPE_SPANS.spans) skipOver(reader, inside);
    else skip(reader, tag);
  });
  for (let at = 0; at < inside.length; at += 2) {
    reader.pos = inside[at] as number;
    yield readSpanOrRefuse(reader, inside[at + 1] as number, scope, resource);
  }
}

function readResource(reader: protobuf.Reader, end: number, known: Attributes | Error): Attributes | Error {
  const attributes: Attributes = known instanceof Error ? {} : known;
  try {
    eachField(reader, end, (tag) => {
      if (tag === RESOURCE.attributes) readPair(reader, endOf(reader), attributes, 0);
      else skip(reader, tag);
    });
    return known instanceof Error ? known : attributes;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    reader.pos = end;
    return error;
  }
}

function readScope(reader: protobuf.Reader, end: number, scope: Scope): void {
  eachField(reader, end, (tag) => {
    if (tag === SCOPE.name) scope.name = readText(reader);
    else if (tag === SCOPE.version) scope.version = readText(reader);
    else skip(reader, tag);
  });
}

function readSpanOrRefuse(
  reader: protobuf.Reader,
  end: number,
  scope: Scope,
  resource: Attributes | Error,
): Span | Refusal {
  const span = blankSpan(scope, resource instanceof Error ? {} : resource);
  try {
    if (resource instanceof Error) throw new Unreadable(`resource: ${resource.message}`);
    readSpan(reader, end, span);
    return span;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    if (resource instanceof Error) span.name = nameOfSpan(reader, end);
    return {
      what: `span ${span.name.slice(0, 100)}`,
      reason: error.message,
      ...senderOf(scope.name, resource),
    };
  }
}

function nameOfSpan(reader: protobuf.Reader, end: number): string {
  let name = '';
  eachField(reader, end, (tag) => {
    if (tag === SPAN.name) name = readText(reader);
    else skip(reader, tag);
  });
  return name;
}

const blankSpan = (scope: Scope, resource: Attributes): Span => ({
  traceId: '',
  spanId: '',
  parentSpanId: null,
  name: '',
  kind: 'unspecified',
  startMicros: 0,
  endMicros: 0,
  status: 'unset',
  statusMessage: null,
  attributes: {},
  events: NO_EVENTS,
  scope: scope.name,
  scopeVersion: scope.version === '' ? null : scope.version,
  resource,
});
const NO_EVENTS: readonly SpanEvent[] = [];

/** What is wrong is said when all fields are read, so that the name is known and what follows is looked at too. */
function readSpan(reader: protobuf.Reader, end: number, span: Span): void {
  const events: number[] = [];
  let wrong: Unreadable | null = null;
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag) {
      case SPAN.traceId:
        span.traceId = readHex(reader);
        break;
      case SPAN.spanId:
        span.spanId = readHex(reader);
        break;
      case SPAN.parentSpanId:
        span.parentSpanId = readHex(reader) || null;
        break;
      case SPAN.name:
        span.name = readText(reader);
        break;
      case SPAN.kind:
        span.kind = KINDS[reader.int32()] ?? 'unspecified';
        break;
      case SPAN.startTimeUnixNano:
        span.startMicros = readMicros(reader);
        break;
      case SPAN.endTimeUnixNano:
        span.endMicros = readMicros(reader);
        break;
      case SPAN.status:
        readStatus(reader, endOf(reader), span);
        break;
      case SPAN.events:
        skipOver(reader, events);
        break;
      case SPAN.attributes: {
        const after = endOf(reader);
        try {
          readPair(reader, after, span.attributes, 0);
        } catch (error) {
          if (!(error instanceof Unreadable)) throw error;
          wrong ??= error;
          reader.pos = after;
        }
        break;
      }
      default:
        skip(reader, tag);
    }
  }
  ended(reader, end);
  if (span.startMicros === 0) throw new Unreadable('startTimeUnixNano: is missing');
  if (span.endMicros === 0) span.endMicros = span.startMicros;
  checkId(span.traceId, 16, 'traceId');
  checkId(span.spanId, 8, 'spanId');
  if (span.parentSpanId !== null) checkId(span.parentSpanId, 8, 'parentSpanId');
  if (wrong !== null) throw wrong;
  if (events.length > 0) span.events = readEvents(reader, events);
}

function readStatus(reader: protobuf.Reader, end: number, span: Span): void {
  eachField(reader, end, (tag) => {
    if (tag === STATUS.message) span.statusMessage = readText(reader) || null;
    else if (tag === STATUS.code) span.status = STATUSES[reader.int32()] ?? 'unset';
    else skip(reader, tag);
  });
}

/** An event that cannot be read is left out: it is no reason to refuse its span. */
function readEvents(reader: protobuf.Reader, inside: readonly number[]): SpanEvent[] {
  const events: SpanEvent[] = [];
  const end = reader.pos;
  for (let at = Math.max(0, inside.length - 2 * MOST_EVENTS); at < inside.length; at += 2) {
    const event: SpanEvent = { name: '', attributes: {} };
    reader.pos = inside[at] as number;
    try {
      eachField(reader, inside[at + 1] as number, (tag) => {
        if (tag === EVENT.name) event.name = readText(reader);
        else if (tag === EVENT.attributes) readPair(reader, endOf(reader), event.attributes, 0);
        else skip(reader, tag);
      });
      events.push(event);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
    }
  }
  reader.pos = end;
  return events;
}

function readPair(reader: protobuf.Reader, end: number, attributes: Attributes, depth: number): void {
  let key = '';
  let from = -1;
  let to = -1;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === KEY_VALUE.key) key = readKey(reader);
    else if (tag === KEY_VALUE.value) {
      to = endOf(reader);
      from = reader.pos;
      reader.pos = to;
    } else skip(reader, tag);
  }
  ended(reader, end);
  if (from === -1) {
    attributes[key] = null;
    return;
  }
  reader.pos = from;
  attributes[key] = readValue(reader, to, key, depth);
  reader.pos = end;
}

/** Of several values the last is meant, as protobuf has it. */
function readValue(reader: protobuf.Reader, end: number, key: string, depth: number): AttributeValue {
  if (depth > DEEPEST_VALUE) throw new Unreadable(`attribute ${key}: is nested deeper than ${DEEPEST_VALUE} levels`);
  let value: AttributeValue = null;
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag) {
      case VALUE.string:
        value = readText(reader);
        break;
      case VALUE.bool:
        value = reader.bool();
        break;
      case VALUE.int:
        value = readInteger(reader);
        break;
      case VALUE.double:
        value = reader.double();
        break;
      case VALUE.array:
        value = readList(reader, endOf(reader), key, depth);
        break;
      case VALUE.map:
        value = readMap(reader, endOf(reader), depth);
        break;
      default:
        if (tag === VALUE.bytes) value = null;
        skip(reader, tag);
    }
  }
  ended(reader, end);
  return value;
}

function readList(reader: protobuf.Reader, end: number, key: string, depth: number): AttributeValue[] {
  const items: AttributeValue[] = [];
  eachField(reader, end, (tag) => {
    if (tag === ITEM) items.push(readValue(reader, endOf(reader), key, depth + 1));
    else skip(reader, tag);
  });
  return items;
}

function readMap(reader: protobuf.Reader, end: number, depth: number): Attributes {
  const map: Attributes = {};
  eachField(reader, end, (tag) => {
    if (tag === ITEM) readPair(reader, endOf(reader), map, depth + 1);
    else skip(reader, tag);
  });
  return map;
}

// ---- what is on the wire ---------------------------------------------------------------------------------------------------

/** `read` must go on to the next field. */
function eachField(reader: protobuf.Reader, end: number, read: (tag: number) => void): void {
  while (reader.pos < end) read(reader.tag());
  ended(reader, end);
}

/** Where the message that begins here ends. */
function endOf(reader: protobuf.Reader): number {
  const length = reader.size();
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError(`index out of range: ${reader.pos} + ${length} > ${reader.len}`);
  return end;
}

function ended(reader: protobuf.Reader, end: number): void {
  if (reader.pos !== end) throw new RangeError(`a field goes beyond the end of its message at ${end}`);
}

/** Keeps where the message that begins here begins and ends, for when it is its turn. */
function skipOver(reader: protobuf.Reader, places: number[]): void {
  const end = endOf(reader);
  places.push(reader.pos, end);
  reader.pos = end;
}

const skip = (reader: protobuf.Reader, tag: number): unknown => reader.skipType(tag & 7, 0, tag >>> 3);

function readMicros(reader: protobuf.Reader): number {
  const low = reader.fixed32();
  return microsOf(reader.fixed32(), low);
}

/** A 64-bit integer; one that a double cannot hold is as near as it gets. */
function readInteger(reader: protobuf.Reader): number {
  const { buf, pos } = reader;
  // One of up to four bytes is small and not negative, and needs no object of two halves.
  const isSmall = pos + 4 <= reader.len && !(buf[pos]! & buf[pos + 1]! & buf[pos + 2]! & buf[pos + 3]! & 0x80);
  return isSmall ? reader.uint32() : Number(reader.int64());
}

/** In lower case. */
function readHex(reader: protobuf.Reader): string {
  const end = endOf(reader);
  const text = (reader.buf as Buffer).toString('hex', reader.pos, end);
  reader.pos = end;
  return text;
}

function checkId(hex: string, bytes: number, name: string): void {
  if (hex.length === bytes * 2 && !/^0+$/.test(hex)) return;
  throw new Unreadable(`${name}: must be ${bytes} bytes, not all zero, got ${hex.length / 2} bytes`);
}

/** Whether these bytes are text of one byte a character. */
function isAscii(buf: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (buf[at]! > 127) return false;
  return true;
}

function readText(reader: protobuf.Reader): string {
  const before = reader.pos;
  const end = endOf(reader);
  if (!isAscii(reader.buf, reader.pos, end)) {
    reader.pos = before;
    return reader.stringVerify();
  }
  const text = (reader.buf as Buffer).toString('latin1', reader.pos, end);
  reader.pos = end;
  return text;
}

/**
 * Names of attributes that came lately, by a hash of their bytes: they are few, come with every span, and are found here without
 * making a text of them.
 */
const KEYS = Array.from({ length: 4096 }, () => '');
const LONGEST_KEY = 64;

function readKey(reader: protobuf.Reader): string {
  const before = reader.pos;
  const end = endOf(reader);
  const { buf, pos } = reader;
  if (end - pos > LONGEST_KEY) {
    reader.pos = before;
    return readText(reader);
  }
  let hash = 0;
  for (let at = pos; at < end; at++) hash = (Math.imul(hash, 31) + buf[at]!) | 0;
  const place = (hash ^ (hash >>> 12)) & 4095;
  const known = KEYS[place]!;
  if (isText(known, buf, pos, end)) {
    reader.pos = end;
    return known;
  }
  reader.pos = before;
  const key = readText(reader);
  KEYS[place] = key;
  return key;
}

/** Of text that has a character beyond ASCII it says no. */
function isText(text: string, buf: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let at = from; at < to; at++) {
    const byte = buf[at]!;
    if (byte > 127 || text.charCodeAt(at - from) !== byte) return false;
  }
  return true;
}
