/**
 * What a message says of its own cost: its `usage`, whole or gathered from the events of a stream, and the attributes
 * that follow from it. Pure: a message comes in, attributes go out.
 */
import type { Attributes } from '@opentelemetry/api';
import * as attribute from '../attributes.ts';

/** `usage` as the API sends it: more fields come with time, and all of them are kept. */
export type Usage = Record<string, unknown>;

/** The part of a Message that the ledger needs. No content. */
export interface MessageFacts {
  id?: unknown;
  model?: unknown;
  stop_reason?: unknown;
  usage: Usage;
  /** Whether `usage` is final: false between `message_start` and the last `message_delta` of a stream. */
  complete: boolean;
  /** Null when not known yet. */
  empty: boolean | null;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The facts of a whole message; undefined when `body` is not one. */
export function factsOfMessage(body: unknown): MessageFacts | undefined {
  if (!isRecord(body) || !isRecord(body['usage'])) return undefined;
  return {
    id: body['id'],
    model: body['model'],
    stop_reason: body['stop_reason'],
    usage: body['usage'],
    complete: true,
    empty: isEmpty(body['content']),
  };
}

/** The facts at `message_start`, whose output tokens are a placeholder and so left out. */
export function factsOfStart(message: unknown): MessageFacts | undefined {
  const facts = factsOfMessage(message);
  if (!facts) return undefined;
  const { output_tokens: _placeholder, ...usage } = facts.usage;
  return { ...facts, usage, complete: false, empty: null };
}

/** `facts` after a `message_delta`: its usage is cumulative, and a null in it says nothing. */
export function mergeDelta(facts: MessageFacts, event: unknown): MessageFacts {
  if (!isRecord(event)) return facts;
  const usage = { ...facts.usage };
  for (const [field, value] of Object.entries(isRecord(event['usage']) ? event['usage'] : {})) {
    if (value != null) usage[field] = value;
  }
  const delta = isRecord(event['delta']) ? event['delta'] : {};
  return {
    ...facts,
    usage,
    stop_reason: delta['stop_reason'] ?? facts.stop_reason,
    complete: typeof usage['output_tokens'] === 'number',
  };
}

/** Null when `content` is not a list of blocks. */
function isEmpty(content: unknown): boolean | null {
  return Array.isArray(content) ? !content.some(isOutput) : null;
}

/** A block other than text is output, whatever is in it; but not the mark where another model took over. */
export function isOutput(block: unknown): boolean {
  if (!isRecord(block)) return true;
  return block['type'] === 'text' ? Boolean(block['text']) : block['type'] !== 'fallback';
}

const countOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const within = (value: unknown): Usage => (isRecord(value) ? value : NOTHING);
const NOTHING: Usage = {};

function setCount(attributes: Attributes, name: string, value: unknown): void {
  if (typeof value === 'number') attributes[name] = value;
}

function setText(attributes: Attributes, name: string, value: unknown): void {
  if (typeof value === 'string') attributes[name] = value;
}

/** What the SDK's own span leaves out. On every span. Written into `attributes`: copying them costs more than making them. */
export function usageAttributes(facts: MessageFacts, attributes: Attributes = {}): Attributes {
  attributes[attribute.USAGE] = JSON.stringify(facts.usage);
  attributes[attribute.USAGE_COMPLETE] = facts.complete;
  if (facts.empty !== null) attributes[attribute.OUTPUT_EMPTY] = facts.empty;
  return attributes;
}

/** What the SDK's own span says by itself. On our spans. */
export function messageAttributes(facts: MessageFacts, attributes: Attributes = {}): Attributes {
  const { usage } = facts;
  const input = countOf(usage['input_tokens']);
  const read = countOf(usage['cache_read_input_tokens']);
  const written = countOf(usage['cache_creation_input_tokens']);
  const split = within(usage['cache_creation']);
  if (input !== undefined) attributes[attribute.INPUT_TOKENS] = input + (read ?? 0) + (written ?? 0);
  setCount(attributes, attribute.CACHE_READ_TOKENS, read);
  setCount(attributes, attribute.CACHE_WRITE_TOKENS, written);
  setCount(attributes, attribute.CACHE_WRITE_5M_TOKENS, split['ephemeral_5m_input_tokens']);
  setCount(attributes, attribute.CACHE_WRITE_1H_TOKENS, split['ephemeral_1h_input_tokens']);
  if (facts.complete) {
    setCount(attributes, attribute.OUTPUT_TOKENS, usage['output_tokens']);
    setCount(attributes, attribute.REASONING_TOKENS, within(usage['output_tokens_details'])['thinking_tokens']);
  }
  setText(attributes, attribute.RESPONSE_ID, facts.id);
  setText(attributes, attribute.RESPONSE_MODEL, facts.model);
  setText(attributes, attribute.SERVICE_TIER, usage['service_tier']);
  setText(attributes, attribute.STOP_REASON, facts.stop_reason);
  return attributes;
}
