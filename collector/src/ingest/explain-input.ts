// What a person pastes to have it explained: an OTLP export of any signal, or one span, whose ids and times may be missing and
// whose attributes may be a plain object. Throws OtlpError when it is none of these.
import { decodeLogs, type LogRecord } from './otlp-logs.ts';
import { decodeMetrics, type MetricPoint } from './otlp-metrics.ts';
import { decodeTraces, OtlpError, type Encoding, type Refusal, type Span } from './otlp.ts';

export interface Input {
  spans: Span[];
  records: LogRecord[];
  points: MetricPoint[];
  refused: Refusal[];
}

export function readInput(body: Uint8Array, encoding: Encoding): Input {
  return encoding === 'protobuf' ? readProtobuf(body) : readJson(body);
}

const tracesOf = (body: Uint8Array, encoding: Encoding): Input => ({
  records: [],
  points: [],
  ...decodeTraces(body, encoding),
});
const logsOf = (body: Uint8Array, encoding: Encoding): Input => ({
  spans: [],
  points: [],
  ...decodeLogs(body, encoding),
});
const metricsOf = (body: Uint8Array, encoding: Encoding): Input => {
  const { points, refused } = decodeMetrics(body, encoding);
  return { spans: [], records: [], points, refused };
};

/** The three requests look alike in protobuf, and a body does not say which it is: the one that yields most is meant. */
function readProtobuf(body: Uint8Array): Input {
  const candidates = [tracesOf, logsOf, metricsOf].flatMap((decode) => {
    try {
      return [decode(body, 'protobuf')];
    } catch {
      return [];
    }
  });
  const yieldOf = ({ spans, records, points, refused }: Input) =>
    (spans.length + records.length + points.length) * 1000 + refused.length;
  const best = candidates.toSorted((a, b) => yieldOf(b) - yieldOf(a))[0];
  if (best === undefined || yieldOf(best) === 0) {
    throw new OtlpError('the body is no protobuf export of traces, logs or metrics');
  }
  return best;
}

function readJson(body: Uint8Array): Input {
  let said: unknown;
  try {
    said = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new OtlpError(`the body is not valid JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (!isRecord(said)) throw new OtlpError('the body must be a JSON object: an OTLP export, or one span');
  if ('resourceSpans' in said) return tracesOf(body, 'json');
  if ('resourceLogs' in said) return logsOf(body, 'json');
  if ('resourceMetrics' in said) return metricsOf(body, 'json');
  if ('attributes' in said) return tracesOf(encoded(exportOf(said)), 'json');
  throw new OtlpError(
    'the body must have resourceSpans, resourceLogs or resourceMetrics, or be one span with attributes',
  );
}

/** One span as an export: what a person leaves out is filled in with what says nothing. */
function exportOf(span: Record<string, unknown>): unknown {
  const scope = span['scope'] ?? span['instrumentationScope'];
  const now = `${Date.now()}000000`;
  const filled = {
    name: '',
    ...span,
    traceId: span['traceId'] ?? '1'.repeat(32),
    spanId: span['spanId'] ?? '1'.repeat(16),
    startTimeUnixNano: span['startTimeUnixNano'] ?? now,
    endTimeUnixNano: span['endTimeUnixNano'] ?? span['startTimeUnixNano'] ?? now,
    attributes: pairsOf(span['attributes']),
  };
  const resource = isRecord(span['resource']) ? (span['resource']['attributes'] ?? span['resource']) : [];
  return {
    resourceSpans: [
      {
        resource: { attributes: pairsOf(resource) },
        scopeSpans: [{ scope: typeof scope === 'string' ? { name: scope } : (scope ?? {}), spans: [filled] }],
      },
    ],
  };
}

/** `{ "a": 1 }` as OTLP has it; a list is taken to be OTLP's already. */
function pairsOf(attributes: unknown): unknown {
  if (!isRecord(attributes)) return attributes;
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValueOf(value) }));
}

function anyValueOf(value: unknown): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValueOf) } };
  return isRecord(value) ? { kvlistValue: { values: pairsOf(value) } } : {};
}

const encoded = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
