// What of a span's attributes may be kept: names from known namespaces that describe a call. Text of prompts, answers and
// tools is never kept; neither are URLs, whose query may hold secrets. An allow list, so that a name nobody has
// thought of yet is dropped rather than stored.
import { judgedOnce } from './judged.ts';
import type { Attributes, AttributeValue } from './otlp.ts';

const KEPT = [
  /^gen_ai\./,
  /^anthropic\./,
  /^spanledger\./,
  /^http\.(request\.method|request\.resend_count|response\.status_code|route)$/,
  /^server\.(address|port)$/,
  /^error\.type$/,
  /^service\.(name|version|namespace)$/,
  /^deployment\.environment(\.name)?$/,
  /^telemetry\.sdk\./,
  // What a span is: an agent, a step, a tool.
  /^(openinference\.span\.kind|traceloop\.span\.kind|langfuse\.observation\.type)$/,
];
const CONTENT = [
  /messages?$/,
  /system_instructions/,
  /^gen_ai\.(prompt|completion|input|output)(\.(?!type$)|$)/,
  /^gen_ai\.tool\.(?!(name|type|call\.id)$)/,
  /^gen_ai\.request\.(stop_sequences|available_tools|extra_)/,
  /^gen_ai\.response\.(?!(id|model|finish_reasons?|streaming|service_tier|system_fingerprint|timestamp)$|time_to_)/,
  /^gen_ai\.(content|event|system|user|assistant|choice|serialized|embeddings|evaluation|retrieval)\./,
  /^gen_ai\.[\w.]*description$/,
  /^gen_ai\.usage\.raw$/,
  /^anthropic\.(content|tool_result|tool_use)\./,
  /^anthropic\.message\.stop_sequence$/,
];
const LONGEST = 2_000;

/** `alsoKept`: names that are safe in one source's records only, since they have no namespace. */
export function keptAttributes(attributes: Attributes, alsoKept: readonly RegExp[] = []): Attributes {
  const kept: Attributes = {};
  for (const key of Object.keys(attributes)) {
    if (fateOf(key, alsoKept) === 'kept') kept[key] = shortened(attributes[key] as AttributeValue);
  }
  return kept;
}

type Fate = 'kept' | 'content' | 'unknown';

/** What becomes of an attribute of this name; `content` may hold text of prompts, answers or tools. */
export function fateOf(name: string, alsoKept: readonly RegExp[] = []): Fate {
  const fate = fateInAll(name);
  return fate === 'unknown' && isOneOf(alsoKept, name) ? 'kept' : fate;
}

/** Whoever sends it. */
const fateInAll = judgedOnce((name): Fate => {
  if (isOneOf(CONTENT, name)) return 'content';
  return isOneOf(KEPT, name) ? 'kept' : 'unknown';
});

const isOneOf = (patterns: readonly RegExp[], name: string): boolean => patterns.some((pattern) => pattern.test(name));

function shortened(value: AttributeValue): AttributeValue {
  return typeof value === 'string' && value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
}
