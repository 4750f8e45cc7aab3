import fc from 'fast-check';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { attributesJson, spanIdOf, traceIdOf } from './fakes.ts';
import { traceRequestType } from './otlp-schema.ts';
import { decodeTraces, OtlpError } from './otlp.ts';

const base64 = (hex = ''): string => Buffer.from(hex, 'hex').toString('base64');
interface SpanJson {
  traceId?: string;
  spanId?: string;
  parentSpanId?: string;
  [field: string]: unknown;
}

/** One request with these spans, as JSON and as protobuf. */
function bothWays(spans: readonly SpanJson[], resource: unknown = attributesJson({ 'service.name': 'shop' })) {
  const request = (ofSpan: (span: SpanJson) => SpanJson) => ({
    resourceSpans: [
      {
        resource: { attributes: resource },
        scopeSpans: [{ scope: { name: 'app', version: '1' }, spans: spans.map(ofSpan) }],
      },
    ],
  });
  const packed = request(({ traceId, spanId, parentSpanId, ...rest }) => ({
    ...rest,
    traceId: base64(traceId),
    spanId: base64(spanId),
    ...(parentSpanId === undefined ? {} : { parentSpanId: base64(parentSpanId) }),
  }));
  return {
    json: new TextEncoder().encode(JSON.stringify(request((span) => span))),
    protobuf: traceRequestType.encode(traceRequestType.fromObject(packed)).finish(),
  };
}

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('gen_ai.request.model', 'ü', '价格', 'k'.repeat(70), '\u0000', '__proto__'),
);
const { value } = fc.letrec<{ value: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant({}),
    text.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((whole) => ({ intValue: String(whole) })),
    fc.integer({ min: -300, max: 300_000 }).map((whole) => ({ intValue: String(whole) })),
    // JSON has no -0.
    fc.double({ noDefaultInfinity: true, noNaN: true }).map((double) => ({ doubleValue: double === 0 ? 0 : double })),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
    fc
      .array(fc.record({ key: text, value: tie('value') }), { maxLength: 3 })
      .map((values) => ({ kvlistValue: { values } })),
  ),
}));
const attributes = fc.array(fc.record({ key: text, value }), { maxLength: 5 });
const nanos = fc
  .oneof(fc.bigInt({ min: 1n, max: 2n ** 63n }), fc.constantFrom(1_795_263_061_838_000_999n, 999n, 4_294_967_296_000n))
  .map(String);
const span = fc.record(
  {
    traceId: fc.constantFrom(traceIdOf('one'), '0'.repeat(32)),
    spanId: fc.constant(spanIdOf('one')),
    parentSpanId: fc.constantFrom(spanIdOf('two'), ''),
    name: text,
    kind: fc.integer({ min: 0, max: 7 }),
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    status: fc.record({ code: fc.integer({ min: 0, max: 4 }), message: text }, { requiredKeys: [] }),
    attributes,
    events: fc.array(fc.record({ name: text, attributes }), { maxLength: 40 }),
  },
  { requiredKeys: ['traceId', 'spanId', 'name', 'startTimeUnixNano'] },
);

test('whatever is sent, protobuf is read as the same spans as JSON, and the same are refused', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 3 }), attributes, (spans, resource) => {
      const sent = bothWays(spans, resource);
      const [json, proto] = [decodeTraces(sent.json, 'json'), decodeTraces(sent.protobuf, 'protobuf')];
      expect(proto.spans).toEqual(json.spans);
      expect(proto.refused.map(({ what }) => what)).toEqual(json.refused.map(({ what }) => what));
    }),
    { numRuns: 300 },
  );
});

const one = { traceId: traceIdOf('one'), spanId: spanIdOf('one'), name: 'a', startTimeUnixNano: '1795263061838000999' };

test.each([
  ['a trace id that is too short', { traceId: 'abcd' }, 'traceId: must be 16 bytes, not all zero, got 2 bytes'],
  ['a span id of zeros', { spanId: '0'.repeat(16) }, 'spanId: must be 8 bytes, not all zero, got 8 bytes'],
  [
    'a parent id that is too long',
    { parentSpanId: 'ab'.repeat(9) },
    'parentSpanId: must be 8 bytes, not all zero, got 9 bytes',
  ],
  ['no start', { startTimeUnixNano: '0' }, 'startTimeUnixNano: is missing'],
])('%s refuses that span by name, and the rest is kept', (_what, change, reason) => {
  const decoded = decodeTraces(bothWays([{ ...one, ...change, name: 'bad' }, one]).protobuf, 'protobuf');
  expect(decoded.spans.map(({ name }) => name)).toEqual(['a']);
  expect(decoded.refused).toEqual([{ what: 'span bad', reason, scope: 'app', service: 'shop' }]);
});

/** Nested `levels` deep: written by hand, since no schema's encoder goes so deep. */
function nested(levels: number): Uint8Array {
  let inner: Uint8Array = protobuf.Writer.create().uint32(0x0a).string('deep').finish();
  for (let level = 0; level < levels; level += 1) {
    const list = protobuf.Writer.create().uint32(0x0a).bytes(inner).finish();
    inner = protobuf.Writer.create().uint32(0x2a).bytes(list).finish();
  }
  return protobuf.Writer.create().uint32(0x0a).string('nested').uint32(0x12).bytes(inner).finish();
}
const wrapped = (tag: number, ...parts: Uint8Array[]): Uint8Array =>
  protobuf.Writer.create().uint32(tag).bytes(Buffer.concat(parts)).finish();
const packedSpan = (name: string, ...more: Uint8Array[]): Uint8Array =>
  wrapped(
    0x12,
    protobuf.Writer.create()
      .uint32(0x0a)
      .bytes(Buffer.from(one.traceId, 'hex'))
      .uint32(0x12)
      .bytes(Buffer.from(one.spanId, 'hex'))
      .uint32(0x2a)
      .string(name)
      .uint32(0x39)
      .fixed64(one.startTimeUnixNano)
      .finish(),
    ...more,
  );

test('a value nested deeper than protobuf goes refuses its span, one of a resource all of its spans, and nothing more', () => {
  const deep = nested(70);
  const body = Buffer.concat([
    wrapped(0x0a, wrapped(0x12, packedSpan('deep', wrapped(0x4a, deep)), packedSpan('flat', wrapped(0x4a, nested(3))))),
    wrapped(0x0a, wrapped(0x0a, wrapped(0x0a, deep)), wrapped(0x12, packedSpan('of a deep resource'))),
    wrapped(0x0a, wrapped(0x12, packedSpan('with a bottomless one', wrapped(0x4a, nested(2_000))))),
  ]);
  const decoded = decodeTraces(body, 'protobuf');
  expect(decoded.spans.map(({ name, attributes: said }) => [name, said])).toEqual([['flat', { nested: [[['deep']]] }]]);
  const tooDeep = (type: string) => `is not a valid protobuf ${type}: max depth exceeded`;
  expect(decoded.refused).toEqual([
    { what: 'span without a name', reason: tooDeep('Span') },
    { what: 'span of a deep resource', reason: `resource: ${tooDeep('Resource')}` },
    { what: 'span without a name', reason: tooDeep('Span') },
  ]);
});

test('a resource and a scope may stand after their spans, and fields that nobody knows are skipped', () => {
  const unknown = protobuf.Writer.create()
    .uint32(0x7a2)
    .string('from a later version')
    .uint32(0x3d)
    .fixed32(7)
    .finish();
  const named = (name: string) => protobuf.Writer.create().uint32(0x0a).string(name).finish();
  const service = wrapped(0x0a, named('service.name'), wrapped(0x12, named('shop')));
  const body = wrapped(
    0x0a,
    wrapped(0x12, packedSpan('late', unknown), wrapped(0x0a, named('app'))),
    unknown,
    wrapped(0x0a, service),
  );
  expect(decodeTraces(body, 'protobuf')).toMatchObject({
    spans: [{ name: 'late', scope: 'app', scopeVersion: null, resource: { 'service.name': 'shop' } }],
    refused: [],
  });
});

test.each([
  ['a text that is no UTF-8', new Uint8Array([0x2a, 2, 0xc3, 0x28])],
  ['a field that goes beyond its span', new Uint8Array([0x2a, 5, 0x41])],
])('%s refuses that span, and the rest is kept', (_what, inside) => {
  const body = wrapped(0x0a, wrapped(0x12, packedSpan('a'), wrapped(0x12, inside), packedSpan('b')));
  const decoded = decodeTraces(body, 'protobuf');
  expect(decoded.spans.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(decoded.refused).toEqual([
    { what: 'span without a name', reason: expect.stringMatching(/^is not a valid protobuf Span: /) },
  ]);
});

test.each([
  ['a length beyond the end', new Uint8Array([0x12, 0x7f, 0x0a])],
  ['a field that goes beyond its message', new Uint8Array([0x0a, 0x05, 0x41])],
  ['a tag of no type', new Uint8Array([0x0f])],
])('%s refuses the body as a whole', (_what, inside) => {
  expect(() => decodeTraces(wrapped(0x0a, wrapped(0x12, inside)), 'protobuf')).toThrow(OtlpError);
});
