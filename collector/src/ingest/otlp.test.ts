import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributesJson, exportBody, spanIdOf, spanJson, traceIdOf } from './fakes.ts';
import { traceRequestType } from './otlp-schema.ts';
import { decodeTraces, MOST_EVENTS, OtlpError } from './otlp.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name));
const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

/** What differs between two recordings of one scenario: ids, ports, and the path the recording was made at. */
const VARIES = ['server.port', 'url.path', 'url.full', 'anthropic.request.id', 'gen_ai.response.id'];
const SCENARIOS = ['cached', 'mid_cut', 'e400', 'rl_then_ok'];

test.each(SCENARIOS)('protobuf and JSON of the scenario %s are the same spans', (scenario) => {
  const [json, proto] = [
    decodeTraces(fixture(`${scenario}.json`), 'json'),
    decodeTraces(fixture(`${scenario}.pb`), 'protobuf'),
  ].map(({ spans, refused }) => {
    expect(refused).toEqual([]);
    return spans.map(({ traceId, spanId, parentSpanId, startMicros, endMicros, attributes, ...rest }) => {
      expect([traceId.length, spanId.length, parentSpanId?.length ?? 16]).toEqual([32, 16, 16]);
      expect(endMicros).toBeGreaterThanOrEqual(startMicros);
      const same = Object.entries(attributes).filter(
        ([key]) => !VARIES.includes(key) && key !== 'gen_ai.response.time_to_first_chunk',
      );
      return { ...rest, hasParent: parentSpanId !== null, names: Object.keys(attributes), same };
    });
  });
  expect(proto).toEqual(json);
  expect(json?.map(({ name, hasParent }) => [name, hasParent])).toEqual([
    ['anthropic.messages.create', true],
    [`app ${scenario}`, false],
  ]);
});

test('a span is read in whole, times in microseconds', () => {
  const { spans } = decodeTraces(fixture('rl_then_ok.json'), 'json');
  expect(spans[1]).toEqual({
    traceId: '2189f33ba0a17b79a37634443bab1a70',
    spanId: '81c7872c3dc4d757',
    parentSpanId: null,
    name: 'app rl_then_ok',
    kind: 'internal',
    startMicros: 1_795_263_061_838_000,
    endMicros: 1_795_263_061_885_405,
    status: 'unset',
    statusMessage: null,
    attributes: {},
    events: [],
    scope: 'app',
    scopeVersion: null,
    resource: { 'service.name': 'emitter-native' },
  });
});

const good = { id: 'good' };
const WRONG: [what: string, change: Record<string, unknown>, reason: RegExp][] = [
  ['a trace id in base64', { traceId: 'EjRWeJq83vASNFZ4mrze8A==' }, /^traceId: must be 16 bytes in hex/],
  ['a trace id of zeros', { traceId: '0'.repeat(32) }, /^traceId: .*not all zero/],
  ['no span id', { spanId: undefined }, /^spanId: .*got nothing/],
  ['a number as span id', { spanId: 7 }, /^spanId: .*got 7/],
  ['a short parent id', { parentSpanId: 'abc' }, /^parentSpanId: must be 8 bytes/],
  ['a number as name', { name: 7 }, /^name: must be a string, got 7/],
  ['no start', { startTimeUnixNano: undefined }, /^startTimeUnixNano: is missing/],
  ['a start that is a date', { startTimeUnixNano: '2026-11-01' }, /^startTimeUnixNano: must be nanoseconds/],
  ['a negative end', { endTimeUnixNano: -1 }, /^endTimeUnixNano: must be nanoseconds/],
  ['attributes that are no list', { attributes: { a: 1 } }, /^attributes must be an array/],
  [
    'a list value that is none',
    { attributes: [{ key: 'a', value: { arrayValue: { values: 1 } } }] },
    /^attribute a: arrayValue must be/,
  ],
  ['a text that is a number', { attributes: [{ key: 'a', value: { stringValue: 1 } }] }, /^attribute a: stringValue/],
  ['an integer that is not', { attributes: [{ key: 'a', value: { intValue: 1.5 } }] }, /^attribute a: intValue/],
  ['an integer in words', { attributes: [{ key: 'a', value: { intValue: 'one' } }] }, /^attribute a: intValue/],
  ['a truth that is a text', { attributes: [{ key: 'a', value: { boolValue: 'true' } }] }, /^attribute a: boolValue/],
  ['a key that is a number', { attributes: [{ key: 1, value: {} }] }, /^attributes: a key is not a string/],
];
test.each(WRONG)('%s refuses that span by name, and the rest is kept', (_what, change, reason) => {
  const { spans, refused } = decodeTraces(exportBody([{ ...spanJson({ id: 'bad' }), ...change }, good]), 'json');
  expect(spans.map(({ spanId }) => spanId)).toEqual([spanIdOf('good')]);
  expect(refused).toHaveLength(1);
  expect(refused[0]?.what).toBe('name' in change ? 'span without a name' : 'span anthropic.messages.create');
  expect(refused[0]?.reason).toMatch(reason);
});

test('a resource that cannot be read refuses its own spans by name, and other resources are kept', () => {
  const request = (attributes: unknown, id: string) => ({
    resource: { attributes },
    scopeSpans: [{ scope: {}, spans: [spanJson({ id })] }],
  });
  const { spans, refused } = decodeTraces(
    bytes({
      resourceSpans: [
        request([{ key: 'service.name', value: { stringValue: 5 } }], 'bad'),
        request('none', 'worse'),
        request(attributesJson({ 'service.name': 'shop' }), 'good'),
      ],
    }),
    'json',
  );
  expect(spans.map(({ spanId }) => spanId)).toEqual([spanIdOf('good')]);
  expect(refused).toEqual([
    {
      what: 'span anthropic.messages.create',
      reason: 'resource: attribute service.name: stringValue holds a number',
    },
    { what: 'span anthropic.messages.create', reason: 'resource: attributes must be an array' },
  ]);
});

test('64-bit integers come as text, as a number, or as a Long; text that JSON has no number for is read', () => {
  const values = {
    text: { intValue: '9007199254740991' },
    number: { intValue: 42 },
    negative: { intValue: '-7' },
    double: { doubleValue: 0.25 },
    infinite: { doubleValue: 'Infinity' },
    none: {},
    list: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } },
    map: { kvlistValue: { values: [{ key: 'k', value: { boolValue: true } }] } },
  };
  const attributes = Object.entries(values).map(([key, value]) => ({ key, value }));
  const { spans } = decodeTraces(exportBody([{ ...spanJson(good), attributes, startTimeUnixNano: 1.7e18 }]), 'json');
  expect(spans[0]?.attributes).toEqual({
    text: 9_007_199_254_740_991,
    number: 42,
    negative: -7,
    double: 0.25,
    infinite: Infinity,
    none: null,
    list: ['a', 1],
    map: { k: true },
  });
  expect(spans[0]?.startMicros).toBe(1_700_000_000_000_000);

  const message = traceRequestType.fromObject({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId: Buffer.from(traceIdOf('p'), 'hex'),
                spanId: Buffer.from(spanIdOf('p'), 'hex'),
                name: 'p',
                startTimeUnixNano: '1795263061838000999',
                attributes: [
                  { key: 'zero', value: { intValue: 0 } },
                  { key: 'big', value: { intValue: '9007199254740991' } },
                  { key: 'false', value: { boolValue: false } },
                  { key: 'empty', value: { stringValue: '' } },
                ],
              },
            ],
          },
        ],
      },
    ],
  });
  const [decoded] = decodeTraces(traceRequestType.encode(message).finish(), 'protobuf').spans;
  expect(decoded).toMatchObject({
    traceId: traceIdOf('p'),
    parentSpanId: null,
    kind: 'unspecified',
    status: 'unset',
    startMicros: 1_795_263_061_838_000,
    endMicros: 1_795_263_061_838_000,
    attributes: { zero: 0, big: 9_007_199_254_740_991, false: false, empty: '' },
  });
});

test('the last events of a span are read, and one that cannot be is left out alone', () => {
  const event = (name: unknown, value: unknown = { stringValue: 'x' }) => ({ name, attributes: [{ key: 'k', value }] });
  const many = Array.from({ length: MOST_EVENTS }, (_, index) => event(`e${index}`));
  const read = (events: unknown) => decodeTraces(exportBody([{ ...spanJson(good), events }]), 'json').spans[0]?.events;
  expect(read([event('first'), ...many])?.map(({ name }) => name)).toEqual(many.map(({ name }) => name));
  expect(read([event('bad', { intValue: 'x' }), event(7), 5, event('exception')])).toEqual([
    { name: 'exception', attributes: { k: 'x' } },
  ]);
  expect(read('none')).toEqual([]);

  const message = traceRequestType.fromObject({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId: Buffer.from(traceIdOf('p'), 'hex'),
                spanId: Buffer.from(spanIdOf('p'), 'hex'),
                name: 'p',
                startTimeUnixNano: '1795263061838000999',
                events: [event('exception')],
              },
            ],
          },
        ],
      },
    ],
  });
  expect(decodeTraces(traceRequestType.encode(message).finish(), 'protobuf').spans[0]?.events).toEqual([
    { name: 'exception', attributes: { k: 'x' } },
  ]);
});

test('ids in capitals are the same ids, and kinds and statuses may be named', () => {
  const { spans } = decodeTraces(
    exportBody([
      {
        ...spanJson(good),
        traceId: traceIdOf('good').toUpperCase(),
        kind: 'SPAN_KIND_SERVER',
        status: { code: 'STATUS_CODE_ERROR', message: 'no' },
      },
    ]),
    'json',
  );
  expect(spans[0]).toMatchObject({ traceId: traceIdOf('good'), kind: 'server', status: 'error', statusMessage: 'no' });
});

test.each([
  ['bytes that are no protobuf', new Uint8Array([0x0a, 0xff, 0xff]), 'protobuf'],
  ['a protobuf that is cut short', fixture('cached.pb').subarray(0, 700), 'protobuf'],
  ['text that is no JSON', bytes('{"resourceSpans":['), 'json'],
  ['an empty JSON body', bytes(''), 'json'],
  ['bytes that are no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 'json'],
  ['a JSON list', bytes([]), 'json'],
  ['resourceSpans that are no list', bytes({ resourceSpans: {} }), 'json'],
  ['spans that are no list', bytes({ resourceSpans: [{ scopeSpans: [{ spans: 'a' }] }] }), 'json'],
] as const)('%s: the body is refused as a whole', (_what, body, encoding) => {
  expect(() => decodeTraces(body, encoding)).toThrow(OtlpError);
});

/** Whatever comes, the only thing thrown is OtlpError. */
function tame(body: Uint8Array, encoding: 'json' | 'protobuf'): void {
  try {
    const { spans, refused } = decodeTraces(body, encoding);
    for (const { traceId, spanId } of spans) expect([traceId.length, spanId.length]).toEqual([32, 16]);
    for (const { reason } of refused) expect(reason).not.toBe('');
  } catch (error) {
    expect(error).toBeInstanceOf(OtlpError);
  }
}

test('arbitrary bytes, and good bytes with some of them changed, throw nothing but OtlpError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (body) => {
      tame(body, 'protobuf');
      tame(body, 'json');
    }),
    { numRuns: 500 },
  );
  const whole = fixture('cached.pb');
  const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
      const body = Uint8Array.from(whole);
      for (const [at, byte] of changes) body[at] = byte;
      tame(body, 'protobuf');
    }),
    { numRuns: 500 },
  );
});

test('arbitrary JSON in any place of a request throws nothing but OtlpError', () => {
  const any = fc.jsonValue({ maxDepth: 4 });
  const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary }, { weight: 1, arbitrary: any });
  const value = fc.dictionary(
    fc.constantFrom('stringValue', 'intValue', 'doubleValue', 'boolValue', 'arrayValue', 'kvlistValue', 'bytesValue'),
    any,
    { maxKeys: 2 },
  );
  const attributes = some(fc.array(fc.record({ key: some(fc.string()), value: some(value) }), { maxLength: 3 }));
  const span = fc.record({
    traceId: some(fc.constant(traceIdOf('x'))),
    spanId: some(fc.constant(spanIdOf('x'))),
    name: some(fc.string()),
    startTimeUnixNano: some(fc.constant('1795263061838000000')),
    endTimeUnixNano: any,
    status: any,
    kind: any,
    attributes,
  });
  const request = fc.record({
    resourceSpans: some(
      fc.array(
        fc.record({
          resource: some(fc.record({ attributes })),
          scopeSpans: some(
            fc.array(fc.record({ scope: any, spans: some(fc.array(some(span), { maxLength: 2 })) }), { maxLength: 2 }),
          ),
        }),
        { maxLength: 2 },
      ),
    ),
  });
  fc.assert(
    fc.property(some(request), (body) => tame(bytes(body), 'json')),
    { numRuns: 1000 },
  );
});

test('values nested a hundred thousand deep refuse their span, or the body, and nothing more', () => {
  const deep = (levels: number) =>
    `${'{"kvlistValue":{"values":[{"key":"k","value":'.repeat(levels)}{}${'}]}}'.repeat(levels)}`;
  const span = JSON.stringify({ ...spanJson(good), attributes: 'HERE' }).replace(
    '"HERE"',
    `[{"key":"a","value":${deep(100_000)}}]`,
  );
  tame(bytes(`{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`), 'json');
});

test('an attribute nested deeper than 64 levels refuses its span, with a reason', () => {
  let value: unknown = { stringValue: 'deep' };
  for (let level = 0; level < 70; level += 1) value = { arrayValue: { values: [value] } };
  const span = { ...spanJson({ id: 'deep' }), attributes: [{ key: 'nested', value }] };
  expect(decodeTraces(exportBody([span]), 'json')).toMatchObject({
    spans: [],
    refused: [{ reason: 'attribute nested: is nested deeper than 64 levels' }],
  });
});
