// OTLP -> log records: the decoder of POST /v1/logs, protobuf and JSON. As with spans, a body that is no
// ExportLogsServiceRequest throws OtlpError, and a record with wrong types is refused alone, by name.
import { logsRequestType } from './otlp-schema.ts';
import {
  attributesOf,
  id,
  isEmpty,
  list,
  micros,
  readRequest,
  readResource,
  record,
  senderOf,
  valueOf,
  type Attributes,
  type AttributeValue,
  type Encoding,
  type Refusal,
} from './otlp.ts';

/** A log record as an exporter sent it; ids in lower-case hex, null when it belongs to no span. */
export interface LogRecord {
  /** Microseconds since the epoch: when it happened, or when it was seen where the sender did not say. */
  timeMicros: number;
  /** The event's name: OTLP's field, else the attribute `event.name`, else a body that is one word; null for none. */
  eventName: string | null;
  body: AttributeValue;
  traceId: string | null;
  spanId: string | null;
  attributes: Attributes;
  scope: string;
  scopeVersion: string | null;
  resource: Attributes;
}

/** Throws OtlpError when the body is no ExportLogsServiceRequest. */
export function decodeLogs(body: Uint8Array, encoding: Encoding): { records: LogRecord[]; refused: Refusal[] } {
  const decoded: { records: LogRecord[]; refused: Refusal[] } = { records: [], refused: [] };
  for (const resourceLogs of list(readRequest(body, encoding, logsRequestType)['resourceLogs'], 'resourceLogs')) {
    const resource = readResource(record(record(resourceLogs)['resource']));
    for (const scopeLogs of list(record(resourceLogs)['scopeLogs'], 'scopeLogs')) {
      const scope = record(record(scopeLogs)['scope']);
      for (const said of list(record(scopeLogs)['logRecords'], 'logRecords')) {
        try {
          if (resource instanceof Error) throw new Error(`resource: ${resource.message}`);
          decoded.records.push(readLogRecord(record(said), scope, resource, encoding));
        } catch (error) {
          decoded.refused.push({
            what: 'log record',
            reason: error instanceof Error ? error.message : String(error),
            ...senderOf(scope, resource),
          });
        }
      }
    }
  }
  return decoded;
}

function readLogRecord(
  said: Record<string, unknown>,
  scope: Record<string, unknown>,
  resource: Attributes,
  encoding: Encoding,
): LogRecord {
  const timeMicros =
    micros(said['timeUnixNano'], 'timeUnixNano') || micros(said['observedTimeUnixNano'], 'observedTimeUnixNano');
  if (timeMicros === 0) throw new Error('timeUnixNano: is missing, and observedTimeUnixNano too');
  const attributes = attributesOf(said['attributes']);
  const body = isEmpty(said['body']) ? null : valueOf(said['body'], 'body', 0);
  return {
    timeMicros,
    eventName: nameOf(said['eventName'], attributes['event.name'], body),
    body,
    traceId: isEmpty(said['traceId']) ? null : id(said['traceId'], 16, 'traceId', encoding),
    spanId: isEmpty(said['spanId']) ? null : id(said['spanId'], 8, 'spanId', encoding),
    attributes,
    scope: typeof scope['name'] === 'string' ? scope['name'] : '',
    scopeVersion: typeof scope['version'] === 'string' && scope['version'] !== '' ? scope['version'] : null,
    resource,
  };
}

function nameOf(...candidates: unknown[]): string | null {
  for (const candidate of candidates) {
    if (typeof candidate === 'string' && /^[\w.-]{1,200}$/.test(candidate)) return candidate;
  }
  return null;
}
