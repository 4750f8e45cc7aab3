import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Explanation } from '../contract/explain.ts';
import { callAttributes, exportBody, logsBody, NATIVE } from './fakes.ts';
import { explain } from './explain.ts';
import { OtlpError } from './otlp.ts';

const unpriced = () => ({ costUsd: null, unpricedReason: 'no price here', receipt: {} });
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name));
const one = (body: Uint8Array, encoding: 'json' | 'protobuf' = 'json'): Explanation => {
  const { explanations } = explain(body, encoding, unpriced);
  return explanations[0]!;
};
const fateOf = ({ attributes }: Explanation, name: string) => attributes.find((attribute) => attribute.name === name);

test('a call: the dialect, the report, the price, and for each attribute what it sets and whether it is kept', () => {
  const attributes = {
    ...callAttributes('req_1', null),
    'gen_ai.usage.input_tokens': 23_532,
    'gen_ai.usage.cache_read.input_tokens': 20_011,
    'gen_ai.output.messages': 'the secret text',
    'a.name.nobody.knows': 'x',
  };
  const body = exportBody([{ id: 'one', attributes }], { scope: NATIVE });
  const priceOf = () => ({
    costUsd: '1.000000000000',
    unpricedReason: null,
    receipt: { flags: [{ flag: 'estimated', message: 'A guess.' }] },
  });
  const explanation = explain(body, 'json', priceOf).explanations[0]!;
  expect(explanation).toMatchObject({
    what: 'span',
    name: 'anthropic.messages.create',
    scope: NATIVE,
    dialect: 'anthropic-sdk',
    noCall: null,
    report: { requestId: 'req_1', usage: { input_tokens: 3_521 }, startedAt: '2026-11-01T09:30:00.000Z' },
    price: { costUsd: '1.000000000000', unpricedReason: null, flags: ['estimated: A guess.'] },
    attributesLeftOut: 0,
  });
  expect(fateOf(explanation, 'gen_ai.usage.cache_read.input_tokens')).toEqual({
    name: 'gen_ai.usage.cache_read.input_tokens',
    value: 20_011,
    fate: 'kept',
    sets: ['usage.cache_read_input_tokens', 'usage.input_tokens'],
  });
  expect(fateOf(explanation, 'gen_ai.output.messages')).toEqual({
    name: 'gen_ai.output.messages',
    value: null,
    fate: 'content',
    sets: [],
  });
  expect(fateOf(explanation, 'a.name.nobody.knows')).toMatchObject({ fate: 'unknown', sets: [] });
  expect(fateOf(explanation, 'resource: service.name')).toMatchObject({ value: 'shop', sets: ['tags.service'] });
  expect(JSON.stringify(explanation)).not.toContain('secret');
});

test('a span that is no call says why, and an attribute that makes it none is found', () => {
  const openai = {
    scope: 'ai',
    name: 'x',
    attributes: { 'ai.operationId': 'ai.generateText.doGenerate', 'ai.model.id': 'gpt' },
  };
  expect(one(bytes(openai))).toMatchObject({
    dialect: 'vercel-ai',
    noCall: 'the model gpt of another provider is not Claude',
    report: null,
    price: null,
  });
  expect(one(bytes({ name: 'GET /', attributes: { 'http.route': '/' } }))).toMatchObject({
    dialect: null,
    noCall: 'no dialect knows it: it is kept as a span of its trace',
  });
  const claude = { ...openai, attributes: { ...openai.attributes, 'ai.model.id': 'claude-haiku-4-5' } };
  expect(fateOf(one(bytes(claude)), 'ai.model.id')?.sets).toEqual(['call']);
});

test('names that one source alone uses without a namespace are said to be kept where they are', () => {
  const event = { eventName: 'api_request', attributes: { request_id: 'req_1', input_tokens: 7, output_tokens: 2 } };
  const explanation = one(logsBody([event], { scope: 'com.anthropic.claude_code.events' }));
  expect(explanation).toMatchObject({ what: 'log record', name: 'api_request', dialect: 'claude-code' });
  expect(fateOf(explanation, 'input_tokens')).toMatchObject({ fate: 'kept', sets: ['usage.input_tokens'] });
});

test.each([
  ['spans', 'cached.pb', 'span', 'anthropic.messages.create'],
  ['metric points', 'claude-code-metrics.pb', 'metric point', 'claude_code.session.count'],
])('protobuf %s are told apart from the other signals', (_signal, name, what, first) => {
  expect(one(fixture(name), 'protobuf')).toMatchObject({ what, name: first });
});

test('what an export of it would have refused is named', () => {
  expect(explain(bytes({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'bad' }] }] }] }), 'json', unpriced)).toEqual(
    {
      explanations: [],
      leftOut: 0,
      refused: [{ what: 'span bad', reason: 'startTimeUnixNano: is missing' }],
    },
  );
});

test.each([
  ['neither an export nor a span', bytes({ a: 1 }), 'json'],
  ['no JSON', new TextEncoder().encode('{'), 'json'],
  ['a list', bytes([]), 'json'],
  ['no protobuf', new Uint8Array([0x0a, 0xff, 0xff]), 'protobuf'],
  ['nothing', new Uint8Array(), 'protobuf'],
] as const)('%s is an OtlpError', (_what, body, encoding) => {
  expect(() => explain(body, encoding, unpriced)).toThrow(OtlpError);
});

test('large exports are explained in part, and the rest is counted', () => {
  const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`a${index}`, index]));
  const spans = Array.from({ length: 120 }, (_, index) => ({ id: `${index}`, attributes: index === 0 ? many : {} }));
  const { explanations, leftOut } = explain(exportBody(spans), 'json', unpriced);
  expect([explanations.length, leftOut, explanations[0]?.attributesLeftOut]).toEqual([50, 70, 200]);
});

test('whatever is pasted, the only thing thrown is OtlpError', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 5 }),
      fc.jsonValue(),
      fc.uint8Array({ maxLength: 200 }),
      (value, attributes, raw) => {
        for (const body of [bytes(value), bytes({ name: 'x', attributes }), raw]) {
          for (const encoding of ['json', 'protobuf'] as const) {
            try {
              explain(body, encoding, unpriced);
            } catch (error) {
              expect(error).toBeInstanceOf(OtlpError);
            }
          }
        }
      },
    ),
  );
});
