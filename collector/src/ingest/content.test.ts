import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptAttributes } from './content.ts';

const SECRET = 'the secret text';

test.each([
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.prompt',
  'gen_ai.prompt.0.content',
  'gen_ai.completion.0.content',
  'gen_ai.tool.definitions',
  'gen_ai.tool.description',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'gen_ai.request.stop_sequences',
  'gen_ai.request.available_tools',
  'gen_ai.request.extra_body',
  'gen_ai.response.text',
  'gen_ai.response.tool_calls',
  'gen_ai.content.prompt',
  'gen_ai.system.message',
  'gen_ai.serialized.doc',
  'gen_ai.agent.description',
  'gen_ai.tool.args',
  'gen_ai.tool.output',
  'gen_ai.usage.raw',
  'anthropic.content.text',
  'anthropic.tool_use.input',
  'anthropic.tool_result.content',
  'anthropic.message.stop_sequence',
  'url.full',
  'url.path',
  'url.query',
  'http.url',
  'http.target',
  'http.request.header.x-api-key',
  'http.request.body',
  'input.value',
  'output.value',
  'llm.prompts',
  'ai.prompt.messages',
  'traceloop.entity.input',
  'exception.message',
  'user.email',
  'a name nobody has thought of yet',
])('%s is not kept', (name) => {
  expect(keptAttributes({ [name]: SECRET, 'gen_ai.request.model': 'claude-opus-5' })).toEqual({
    'gen_ai.request.model': 'claude-opus-5',
  });
});

test('what describes a call is kept as it came', () => {
  const attributes = {
    'gen_ai.response.id': 'msg_1',
    'gen_ai.usage.input_tokens': 12,
    'gen_ai.output.type': 'text',
    'gen_ai.conversation.id': 'c1',
    'anthropic.request.id': 'req_1',
    'anthropic.beta': ['a', 'b'],
    'spanledger.feature': 'support',
    'http.request.method': 'POST',
    'http.response.status_code': 200,
    'http.route': '/v1/messages',
    'server.address': 'api.anthropic.com',
    'error.type': 'overloaded_error',
    'deployment.environment.name': 'production',
  };
  expect(keptAttributes(attributes)).toEqual(attributes);
});

test('a text longer than two thousand characters is cut', () => {
  const { 'spanledger.feature': kept } = keptAttributes({ 'spanledger.feature': 'x'.repeat(2_001) });
  expect(kept).toBe(`${'x'.repeat(2_000)}…`);
});

test('no name outside the known namespaces is kept', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const known = /^(gen_ai|anthropic|spanledger|http|server|error|service|deployment|telemetry)\./.test(name);
      expect(Object.keys(keptAttributes({ [name]: SECRET }))).toEqual(known ? expect.anything() : []);
    }),
  );
});
