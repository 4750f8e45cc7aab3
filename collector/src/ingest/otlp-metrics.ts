// OTLP -> metric points: the decoder of POST /v1/metrics, protobuf and JSON, as far as a dialect can use them: the points of
// sums, delta or cumulative. Points of the other kinds are counted, not read. A bad point is refused alone, by name.
import { metricsRequestType } from './otlp-schema.ts';
import {
  attributesOf,
  list,
  micros,
  readRequest,
  readResource,
  record,
  senderOf,
  type Attributes,
  type Encoding,
  type Refusal,
} from './otlp.ts';

/** One point of a sum. A cumulative value counts from `startMicros` on, a delta one since the point before. */
export interface MetricPoint {
  name: string;
  unit: string;
  value: number;
  temporality: 'unspecified' | 'delta' | 'cumulative';
  monotonic: boolean;
  /** Microseconds since the epoch; 0 when the sender did not say. */
  startMicros: number;
  timeMicros: number;
  attributes: Attributes;
  scope: string;
  scopeVersion: string | null;
  resource: Attributes;
}

export interface DecodedMetrics {
  points: MetricPoint[];
  /** Points of gauges, histograms and summaries, which are not read. */
  unread: number;
  refused: Refusal[];
}

const UNREAD = ['gauge', 'histogram', 'exponentialHistogram', 'summary'] as const;
const TEMPORALITIES = ['unspecified', 'delta', 'cumulative'] as const;

/** Throws OtlpError when the body is no ExportMetricsServiceRequest. */
export function decodeMetrics(body: Uint8Array, encoding: Encoding): DecodedMetrics {
  const decoded: DecodedMetrics = { points: [], unread: 0, refused: [] };
  const request = readRequest(body, encoding, metricsRequestType);
  for (const resourceMetrics of list(request['resourceMetrics'], 'resourceMetrics')) {
    const resource = readResource(record(record(resourceMetrics)['resource']));
    for (const scopeMetrics of list(record(resourceMetrics)['scopeMetrics'], 'scopeMetrics')) {
      const scope = record(record(scopeMetrics)['scope']);
      for (const metric of list(record(scopeMetrics)['metrics'], 'metrics')) {
        const said = record(metric);
        for (const kind of UNREAD) decoded.unread += list(record(said[kind])['dataPoints'], 'dataPoints').length;
        for (const point of list(record(said['sum'])['dataPoints'], 'dataPoints')) {
          try {
            if (resource instanceof Error) throw new Error(`resource: ${resource.message}`);
            decoded.points.push(readPoint(record(point), said, scope, resource));
          } catch (error) {
            const name = typeof said['name'] === 'string' ? said['name'].slice(0, 100) : 'without a name';
            decoded.refused.push({
              what: `point of ${name}`,
              reason: error instanceof Error ? error.message : String(error),
              ...senderOf(scope, resource),
            });
          }
        }
      }
    }
  }
  return decoded;
}

function readPoint(
  point: Record<string, unknown>,
  metric: Record<string, unknown>,
  scope: Record<string, unknown>,
  resource: Attributes,
): MetricPoint {
  const name = metric['name'];
  if (typeof name !== 'string' || name === '') throw new Error('name: is missing');
  const sum = record(metric['sum']);
  const timeMicros = micros(point['timeUnixNano'], 'timeUnixNano');
  if (timeMicros === 0) throw new Error('timeUnixNano: is missing');
  return {
    name,
    unit: typeof metric['unit'] === 'string' ? metric['unit'] : '',
    value: valueOfPoint(point),
    temporality: TEMPORALITIES[temporalityOf(sum['aggregationTemporality'])] ?? 'unspecified',
    monotonic: sum['isMonotonic'] === true,
    startMicros: micros(point['startTimeUnixNano'], 'startTimeUnixNano'),
    timeMicros,
    attributes: attributesOf(point['attributes']),
    scope: typeof scope['name'] === 'string' ? scope['name'] : '',
    scopeVersion: typeof scope['version'] === 'string' && scope['version'] !== '' ? scope['version'] : null,
    resource,
  };
}

/** `asInt` is a 64-bit integer: text or number in JSON, a Long from protobuf. */
function valueOfPoint(point: Record<string, unknown>): number {
  const said = Object.hasOwn(point, 'asInt')
    ? point['asInt']
    : Object.hasOwn(point, 'asDouble')
      ? point['asDouble']
      : null;
  const value =
    typeof said === 'string' && said.trim() !== ''
      ? Number(said)
      : typeof said === 'object' && said !== null && 'toNumber' in said
        ? (said as { toNumber(): number }).toNumber()
        : said;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error('value: must be a finite number');
  return value;
}

function temporalityOf(said: unknown): number {
  if (typeof said === 'number') return said;
  if (typeof said !== 'string') return 0;
  return TEMPORALITIES.findIndex((name) => name === said.replace('AGGREGATION_TEMPORALITY_', '').toLowerCase());
}
