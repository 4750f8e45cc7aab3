// What a span is in its trace: an agent's run, a step, a tool, a call, ... Read from the names that emitters give, first
// what they say outright, then how their spans are called. Pure.
import type { SpanPart } from '../contract.ts';

/** What of a span tells its part. */
export interface Told {
  name: string;
  scope: string;
  attributes: Readonly<Record<string, unknown>>;
  isCall: boolean;
  /** Whether the span directly around it tells a call. */
  inCall: boolean;
}

const SERVERS_SCOPE = 'com.anthropic.claude-platform';

/** Attribute -> value in lower case -> part. What an emitter says of its own span outright. */
const SAID: readonly (readonly [string, Readonly<Record<string, SpanPart>>])[] = [
  [
    'gen_ai.operation.name',
    { invoke_agent: 'agent', invoke_workflow: 'agent', agent_step: 'step', execute_tool: 'tool' },
  ],
  ['openinference.span.kind', { agent: 'agent', chain: 'step', tool: 'tool' }],
  ['traceloop.span.kind', { workflow: 'agent', agent: 'agent', task: 'step', tool: 'tool' }],
  ['langfuse.observation.type', { agent: 'agent', chain: 'step', tool: 'tool' }],
];

/** Where nothing is said: by the span's name. Claude Code, the SDK's tool runner, the Vercel AI SDK. */
const NAMED: readonly (readonly [RegExp, SpanPart])[] = [
  [/^claude_code\.interaction$/, 'agent'],
  [/^claude_code\.tool(\.|$)/, 'tool'],
  [/^anthropic\.messages\.tool_runner$/, 'agent'],
  [/^anthropic\.(custom_tool_use|mcp_tool_use|server_tool_use)\b/, 'tool'],
  [/^ai\.toolCall$/, 'tool'],
  [/^ai\.(generateText|streamText|generateObject|streamObject)$/, 'agent'],
  [/^(invoke_agent|invoke_workflow)( |$)/, 'agent'],
  [/^execute_tool( |$)/, 'tool'],
  [/^step \d+$/, 'step'],
];

const HTTP_ATTRIBUTES = ['http.request.method', 'http.route', 'http.response.status_code'];
const HTTP_NAME = /^(HTTP )?(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)( |$)/;

export function partOf({ name, scope, attributes, isCall, inCall }: Told): SpanPart {
  if (isCall) return scope === SERVERS_SCOPE ? 'server' : 'call';
  for (const [attribute, parts] of SAID) {
    const value = attributes[attribute];
    const part = typeof value === 'string' && Object.hasOwn(parts, value.toLowerCase()) && parts[value.toLowerCase()];
    if (part) return part;
  }
  const named = NAMED.find(([pattern]) => pattern.test(name));
  if (named) return named[1];
  if (typeof attributes['gen_ai.tool.name'] === 'string') return 'tool';
  if (scope === SERVERS_SCOPE) return 'server';
  if (HTTP_NAME.test(name) || HTTP_ATTRIBUTES.some((attribute) => attributes[attribute] !== undefined))
    return inCall ? 'attempt' : 'http';
  return 'other';
}
