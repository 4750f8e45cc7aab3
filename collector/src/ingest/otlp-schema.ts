// The part of the OTLP messages this collector reads, as protobufjs takes it. Field numbers: opentelemetry-proto v1
// (trace, logs, metrics, common, resource, collector/*). Fields left out here are skipped by the decoder, as protobuf
// prescribes. Of metrics only sums are read; the points of the other kinds are counted, so they stay bytes.
import protobuf from 'protobufjs';

const field = (id: number, type: string, rule?: 'repeated') => (rule ? { id, type, rule } : { id, type });
const value = { string: 'stringValue', bool: 'boolValue', int64: 'intValue', double: 'doubleValue' };

const root = protobuf.Root.fromJSON({
  nested: {
    AnyValue: {
      oneofs: { value: { oneof: [...Object.values(value), 'arrayValue', 'kvlistValue', 'bytesValue'] } },
      fields: {
        stringValue: field(1, 'string'),
        boolValue: field(2, 'bool'),
        intValue: field(3, 'int64'),
        doubleValue: field(4, 'double'),
        arrayValue: field(5, 'ArrayValue'),
        kvlistValue: field(6, 'KeyValueList'),
        bytesValue: field(7, 'bytes'),
      },
    },
    ArrayValue: { fields: { values: field(1, 'AnyValue', 'repeated') } },
    KeyValueList: { fields: { values: field(1, 'KeyValue', 'repeated') } },
    KeyValue: { fields: { key: field(1, 'string'), value: field(2, 'AnyValue') } },
    Resource: { fields: { attributes: field(1, 'KeyValue', 'repeated') } },
    InstrumentationScope: { fields: { name: field(1, 'string'), version: field(2, 'string') } },
    Status: { fields: { message: field(2, 'string'), code: field(3, 'int32') } },
    Span: {
      fields: {
        traceId: field(1, 'bytes'),
        spanId: field(2, 'bytes'),
        parentSpanId: field(4, 'bytes'),
        name: field(5, 'string'),
        kind: field(6, 'int32'),
        startTimeUnixNano: field(7, 'fixed64'),
        endTimeUnixNano: field(8, 'fixed64'),
        attributes: field(9, 'KeyValue', 'repeated'),
        events: field(11, 'SpanEvent', 'repeated'),
        status: field(15, 'Status'),
      },
    },
    SpanEvent: { fields: { name: field(2, 'string'), attributes: field(3, 'KeyValue', 'repeated') } },
    ScopeSpans: { fields: { scope: field(1, 'InstrumentationScope'), spans: field(2, 'Span', 'repeated') } },
    ResourceSpans: { fields: { resource: field(1, 'Resource'), scopeSpans: field(2, 'ScopeSpans', 'repeated') } },
    ExportTraceServiceRequest: { fields: { resourceSpans: field(1, 'ResourceSpans', 'repeated') } },
    LogRecord: {
      fields: {
        timeUnixNano: field(1, 'fixed64'),
        body: field(5, 'AnyValue'),
        attributes: field(6, 'KeyValue', 'repeated'),
        traceId: field(9, 'bytes'),
        spanId: field(10, 'bytes'),
        observedTimeUnixNano: field(11, 'fixed64'),
        eventName: field(12, 'string'),
      },
    },
    ScopeLogs: {
      fields: { scope: field(1, 'InstrumentationScope'), logRecords: field(2, 'LogRecord', 'repeated') },
    },
    ResourceLogs: { fields: { resource: field(1, 'Resource'), scopeLogs: field(2, 'ScopeLogs', 'repeated') } },
    ExportLogsServiceRequest: { fields: { resourceLogs: field(1, 'ResourceLogs', 'repeated') } },
    NumberDataPoint: {
      oneofs: { value: { oneof: ['asDouble', 'asInt'] } },
      fields: {
        startTimeUnixNano: field(2, 'fixed64'),
        timeUnixNano: field(3, 'fixed64'),
        asDouble: field(4, 'double'),
        asInt: field(6, 'sfixed64'),
        attributes: field(7, 'KeyValue', 'repeated'),
      },
    },
    Sum: {
      fields: {
        dataPoints: field(1, 'NumberDataPoint', 'repeated'),
        aggregationTemporality: field(2, 'int32'),
        isMonotonic: field(3, 'bool'),
      },
    },
    OtherPoints: { fields: { dataPoints: field(1, 'bytes', 'repeated') } },
    Metric: {
      fields: {
        name: field(1, 'string'),
        unit: field(3, 'string'),
        gauge: field(5, 'OtherPoints'),
        sum: field(7, 'Sum'),
        histogram: field(9, 'OtherPoints'),
        exponentialHistogram: field(10, 'OtherPoints'),
        summary: field(11, 'OtherPoints'),
      },
    },
    ScopeMetrics: {
      fields: { scope: field(1, 'InstrumentationScope'), metrics: field(2, 'Metric', 'repeated') },
    },
    ResourceMetrics: { fields: { resource: field(1, 'Resource'), scopeMetrics: field(2, 'ScopeMetrics', 'repeated') } },
    ExportMetricsServiceRequest: { fields: { resourceMetrics: field(1, 'ResourceMetrics', 'repeated') } },
    PartialSuccess: { fields: { rejected: field(1, 'int64'), errorMessage: field(2, 'string') } },
    ExportServiceResponse: { fields: { partialSuccess: field(1, 'PartialSuccess') } },
    RpcStatus: { fields: { code: field(1, 'int32'), message: field(2, 'string') } },
  },
});

export const traceRequestType = root.lookupType('ExportTraceServiceRequest');
export const resourceType = root.lookupType('Resource');
export const scopeType = root.lookupType('InstrumentationScope');
export const spanType = root.lookupType('Span');
export const logsRequestType = root.lookupType('ExportLogsServiceRequest');
export const metricsRequestType = root.lookupType('ExportMetricsServiceRequest');
export const responseType = root.lookupType('ExportServiceResponse');
export const statusType = root.lookupType('RpcStatus');
