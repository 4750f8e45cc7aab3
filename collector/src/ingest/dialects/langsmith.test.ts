// LangChain's own runs are not in the captured corpus (that is wrapAnthropic); their attributes are written from its translator.
import { expect, test } from 'vitest';
import { priceReport } from '../../price-report.ts';
import { spanOf } from '../fakes.ts';
import type { Attributes } from '../otlp.ts';
import { isReport } from './dialect.ts';
import { langsmith } from './langsmith.ts';

const read = (attributes: Attributes) =>
  langsmith.readSpan?.(spanOf({ scope: 'langsmith', name: 'ChatAnthropic', status: 'ok', attributes })) ?? null;
const report = (attributes: Attributes) => {
  const reading = read(attributes);
  if (!isReport(reading)) throw new Error(`no report: ${JSON.stringify(reading)}`);
  return reading;
};
const RUN = {
  'langsmith.span.kind': 'llm',
  'gen_ai.operation.name': 'chat',
  'gen_ai.system': 'anthropic',
  'gen_ai.request.model': 'claude-haiku-4-5',
  'langsmith.metadata.thread_id': 't1',
};
const answer = (kind: string) =>
  JSON.stringify({
    generations: [
      [
        {
          text: 'he said \\"stop_reason\\":\\"refusal\\"',
          message: {
            id: ['langchain_core', 'messages', kind],
            kwargs: { id: 'msg_01', response_metadata: { stop_reason: 'tool_use' } },
          },
        },
      ],
    ],
  });

test("a run of LangChain is a call, with the message's id and stop reason and its parts of the input", () => {
  const said = report({
    ...RUN,
    'gen_ai.completion': answer('AIMessage').replace('"kwargs":{"id"', '"kwargs":{"x":1,"id"'),
    'langsmith.usage_metadata': JSON.stringify({
      input_tokens: 23_532,
      output_tokens: 409,
      input_token_details: { cache_read: 20_011, cache_creation: 0, ephemeral_5m_input_tokens: 3_508 },
    }),
  });
  expect(said).toMatchObject({
    source: 'langsmith',
    messageId: 'msg_01',
    stopReason: 'tool_use',
    outcome: 'ok',
    tags: { conversationId: 't1' },
    // 23,532 - 20,011 - 3,508
    usage: {
      input_tokens: 13,
      cache_creation_input_tokens: 3_508,
      cache_creation: { ephemeral_5m_input_tokens: 3_508 },
    },
  });
});

test('a stream that LangChain added up counts its placeholder: the output is unknown and the call unpriced', () => {
  const said = report({
    ...RUN,
    'gen_ai.completion': answer('AIMessageChunk'),
    'langsmith.usage_metadata': JSON.stringify({ input_tokens: 25, output_tokens: 412, input_token_details: {} }),
  });
  expect(said).toMatchObject({ stream: true, outcome: 'ok', usageComplete: false });
  expect(said.usage).not.toHaveProperty('output_tokens');
  expect(priceReport(said).unpricedReason).toContain('placeholder');
});

test('runs that wrap calls, and other models, are no calls', () => {
  expect(read({ ...RUN, 'langsmith.span.kind': 'chain' })).toEqual({
    noCall: 'a run of kind chain wraps calls or is none',
  });
  expect(read({ ...RUN, 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-5.2' })).toHaveProperty('noCall');
  expect(read({ 'gen_ai.system': 'anthropic' })).toBeNull();
});
