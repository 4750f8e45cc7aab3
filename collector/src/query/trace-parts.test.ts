import { expect, test } from 'vitest';
import { partOf, type Told } from './trace-parts.ts';

const told = (more: Partial<Told>): Told => ({
  name: 'work',
  scope: 'app',
  attributes: {},
  isCall: false,
  inCall: false,
  ...more,
});

test.each<[string, Partial<Told>]>([
  ['agent', { attributes: { 'gen_ai.operation.name': 'invoke_agent' } }],
  ['agent', { attributes: { 'openinference.span.kind': 'AGENT' } }],
  ['agent', { attributes: { 'traceloop.span.kind': 'workflow' } }],
  ['agent', { name: 'anthropic.messages.tool_runner' }],
  ['agent', { name: 'claude_code.interaction' }],
  ['agent', { name: 'ai.generateText' }],
  ['step', { name: 'step 2' }],
  ['step', { attributes: { 'openinference.span.kind': 'CHAIN' } }],
  ['tool', { attributes: { 'gen_ai.operation.name': 'execute_tool' } }],
  ['tool', { name: 'claude_code.tool.execution' }],
  ['tool', { name: 'anthropic.custom_tool_use find_order' }],
  ['tool', { attributes: { 'gen_ai.tool.name': 'find_order' } }],
  ['call', { name: 'invoke_agent', isCall: true }],
  ['server', { scope: 'com.anthropic.claude-platform', isCall: true }],
  ['server', { scope: 'com.anthropic.claude-platform' }],
  ['http', { name: 'GET /orders' }],
  ['http', { attributes: { 'http.route': '/api/chat' } }],
  ['attempt', { name: 'POST', inCall: true }],
  ['other', {}],
  ['other', { name: 'POSTPONE' }],
  ['other', { attributes: { 'gen_ai.operation.name': 'constructor', 'openinference.span.kind': 7 } }],
])('a span is read as %s from %j', (part, more) => {
  expect(partOf(told(more))).toBe(part);
});
