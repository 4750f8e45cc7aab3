import Anthropic from '@anthropic-ai/sdk';
import { afterEach, expect, test } from 'vitest';
import { createRandom } from './random.ts';
import { startStandIn, type Faults, type StandIn } from './stand-in.ts';

const NO_FAULTS: Faults = { rateLimited: 0, overloaded: 0, refused: 0 };
let standIn: StandIn | undefined;
afterEach(async () => {
  await standIn?.close();
});

async function startClient(faults: Partial<Faults> = {}, maxRetries = 2): Promise<Anthropic> {
  standIn = await startStandIn({
    random: createRandom('test'),
    fastForward: Infinity,
    faults: { ...NO_FAULTS, ...faults },
  });
  return new Anthropic({ apiKey: 'test', baseURL: standIn.url, logLevel: 'off', maxRetries });
}

// 4,000 letters are 1,000 tokens; "Hi" is one.
const cachedRequest = {
  model: 'claude-sonnet-5-5',
  max_tokens: 1_000,
  system: [{ type: 'text', text: 'abcd'.repeat(1_000), cache_control: { type: 'ephemeral', ttl: '1h' } }],
  messages: [{ role: 'user', content: 'Hi' }],
} satisfies Anthropic.MessageCreateParamsNonStreaming;

test('writes a marked prefix to the cache once and reads it from then on', async () => {
  const client = await startClient();
  const first = await client.messages.create(cachedRequest);
  const second = await client.messages.create(cachedRequest);
  const input = ({ usage }: Anthropic.Message) => [
    usage.input_tokens,
    usage.cache_creation?.ephemeral_5m_input_tokens,
    usage.cache_creation?.ephemeral_1h_input_tokens,
    usage.cache_read_input_tokens,
  ];
  expect(input(first)).toEqual([1, 0, 1_000, 0]);
  expect(input(second)).toEqual([1, 0, 0, 1_000]);
});

test('streams a message that the SDK puts together, with the cache split of its start and the output of its end', async () => {
  const client = await startClient();
  const message = await client.messages.stream({ ...cachedRequest, thinking: { type: 'adaptive' } }).finalMessage();
  expect(message.content.map((block) => block.type)).toEqual(['thinking', 'text']);
  expect(message.usage.cache_creation?.ephemeral_1h_input_tokens).toBe(1_000);
  expect(message.usage.output_tokens).toBeGreaterThan(1);
  expect(message.stop_reason).toBe('end_turn');
});

test('answers an alias with the model it stands for, and a forced tool with its use', async () => {
  const client = await startClient();
  const message = await client.messages.create(
    {
      model: 'claude-haiku-4-5',
      max_tokens: 100_000,
      stream: false,
      messages: [{ role: 'user', content: 'Hi' }],
      tools: [{ name: 'store_invoice', input_schema: { type: 'object' } }],
      tool_choice: { type: 'tool', name: 'store_invoice' },
    },
    { timeout: 5_000 },
  );
  expect(message.model).toBe('claude-haiku-4-5-20251001');
  expect(message.stop_reason).toBe('tool_use');
});

test('limits a first attempt and answers the retry', async () => {
  const client = await startClient({ rateLimited: 1 });
  const { data, response } = await client.messages.create(cachedRequest).withResponse();
  expect(data.type).toBe('message');
  expect(response.headers.get('request-id')).toMatch(/^req_011C/);
  await expect((await startClientWithoutRetries()).messages.create(cachedRequest)).rejects.toMatchObject({
    status: 429,
    error: { error: { type: 'rate_limit_error' } },
  });
});

async function startClientWithoutRetries(): Promise<Anthropic> {
  await standIn?.close();
  return startClient({ rateLimited: 1 }, 0);
}

test('refuses what the API refuses, and says why', async () => {
  const client = await startClient();
  await expect(client.messages.create({ ...cachedRequest, max_tokens: 0 })).rejects.toMatchObject({
    status: 400,
    error: {
      error: { type: 'invalid_request_error', message: 'max_tokens: Input should be greater than or equal to 1' },
    },
  });
});
