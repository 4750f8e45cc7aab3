import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributesJson, logJson, logsBody } from './fakes.ts';
import { decodeLogs } from './otlp-logs.ts';
import { logsRequestType } from './otlp-schema.ts';
import { OtlpError } from './otlp.ts';

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const good = { eventName: 'good' };
const decode = (...records: Parameters<typeof logsBody>[0]) => decodeLogs(logsBody(records), 'json');

test('protobuf and JSON of the same record are the same, times in microseconds', () => {
  const attributes = { 'session.id': 's', input_tokens: 13, cost_usd: 0.5, ok: true };
  const log = { eventName: 'api_request', attributes, traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) };
  const resource = { 'service.name': 'claude-code' };
  const expected = {
    timeMicros: Date.UTC(2026, 10, 1, 9, 30) * 1000,
    eventName: 'api_request',
    body: null,
    traceId: 'ab'.repeat(16),
    spanId: 'cd'.repeat(8),
    attributes,
    scope: 'events',
    scopeVersion: null,
    resource,
  };
  expect(decodeLogs(logsBody([log], { scope: 'events', resource }), 'json')).toEqual({
    records: [expected],
    refused: [],
  });
  const message = logsRequestType.fromObject({
    resourceLogs: [
      {
        resource: { attributes: attributesJson(resource) },
        scopeLogs: [
          {
            scope: { name: 'events' },
            logRecords: [
              {
                ...logJson(log),
                traceId: Buffer.from('ab'.repeat(16), 'hex'),
                spanId: Buffer.from('cd'.repeat(8), 'hex'),
              },
            ],
          },
        ],
      },
    ],
  });
  expect(decodeLogs(logsRequestType.encode(message).finish(), 'protobuf')).toEqual({
    records: [expected],
    refused: [],
  });
});

test('the name of an event is the field, else the attribute, else a body of one word', () => {
  const names = (record: Record<string, unknown>) =>
    decode({ ...logJson({}), ...record }).records.map(({ eventName }) => eventName)[0];
  const attributes = attributesJson({ 'event.name': 'attribute' });
  const body = { stringValue: 'claude_code.body' };
  expect(names({ eventName: 'field', attributes, body })).toBe('field');
  expect(names({ attributes, body })).toBe('attribute');
  expect(names({ body })).toBe('claude_code.body');
  expect(names({ body: { stringValue: 'a sentence of the application' } })).toBeNull();
});

test('a record without a time of its own has the time it was seen', () => {
  const { records } = decode({ timeUnixNano: '0', observedTimeUnixNano: '1795263061838000999' });
  expect(records[0]?.timeMicros).toBe(1_795_263_061_838_000);
});

test.each([
  ['no time at all', { timeUnixNano: undefined }, /^timeUnixNano: is missing/],
  ['a time in words', { timeUnixNano: 'yesterday' }, /^timeUnixNano: must be nanoseconds/],
  ['a trace id in base64', { traceId: 'EjRWeJq83vASNFZ4mrze8A==' }, /^traceId: must be 16 bytes in hex/],
  ['a span id that is a number', { spanId: 7 }, /^spanId: must be 8 bytes/],
  ['attributes that are no list', { attributes: {} }, /^attributes must be an array/],
  ['a body that is a number in a text', { body: { stringValue: 7 } }, /^attribute body: stringValue/],
])('%s refuses that record by name, and the rest is kept', (_what, change, reason) => {
  const { records, refused } = decode({ ...logJson({}), ...change }, good);
  expect(records.map(({ eventName }) => eventName)).toEqual(['good']);
  expect(refused).toMatchObject([{ what: 'log record', reason: expect.stringMatching(reason) as string }]);
});

test('a body that is no export of logs is refused as a whole', () => {
  expect(() => decodeLogs(bytes({ resourceLogs: 'none' }), 'json')).toThrow(OtlpError);
  expect(() => decodeLogs(new Uint8Array([0x0a, 0xff, 0xff]), 'protobuf')).toThrow(OtlpError);
});

test('whatever comes, the only thing thrown is OtlpError', () => {
  const any = fc.jsonValue({ maxDepth: 4 });
  const record = fc.record({
    timeUnixNano: any,
    body: any,
    attributes: any,
    eventName: any,
    traceId: any,
    spanId: any,
  });
  const tame = (body: Uint8Array, encoding: 'json' | 'protobuf') => {
    try {
      const { records, refused } = decodeLogs(body, encoding);
      for (const { timeMicros } of records) expect(timeMicros).toBeGreaterThan(0);
      for (const { reason } of refused) expect(reason).not.toBe('');
    } catch (error) {
      expect(error).toBeInstanceOf(OtlpError);
    }
  };
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 3 }),
      any,
      fc.uint8Array({ maxLength: 300 }),
      (records, resource, raw) => {
        tame(bytes({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: records }] }] }), 'json');
        tame(raw, 'protobuf');
      },
    ),
  );
});
