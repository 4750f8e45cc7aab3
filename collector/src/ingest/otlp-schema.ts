// The part of the OTLP messages this collector reads, as protobufjs takes it. Field numbers: opentelemetry-proto v1
// (trace, common, resource, collector/trace, collector/logs, collector/metrics). Fields left out here are skipped by the
// decoder, as protobuf prescribes. Log records and metrics are only counted, so they stay bytes.
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
    ScopeLogs: { fields: { logRecords: field(2, 'bytes', 'repeated') } },
    ResourceLogs: { fields: { scopeLogs: field(2, 'ScopeLogs', 'repeated') } },
    ExportLogsServiceRequest: { fields: { resourceLogs: field(1, 'ResourceLogs', 'repeated') } },
    ScopeMetrics: { fields: { metrics: field(2, 'bytes', 'repeated') } },
    ResourceMetrics: { fields: { scopeMetrics: field(2, 'ScopeMetrics', 'repeated') } },
    ExportMetricsServiceRequest: { fields: { resourceMetrics: field(1, 'ResourceMetrics', 'repeated') } },
    PartialSuccess: { fields: { rejected: field(1, 'int64'), errorMessage: field(2, 'string') } },
    ExportServiceResponse: { fields: { partialSuccess: field(1, 'PartialSuccess') } },
    RpcStatus: { fields: { code: field(1, 'int32'), message: field(2, 'string') } },
  },
});

export const traceRequestType = root.lookupType('ExportTraceServiceRequest');
export const logsRequestType = root.lookupType('ExportLogsServiceRequest');
export const metricsRequestType = root.lookupType('ExportMetricsServiceRequest');
export const responseType = root.lookupType('ExportServiceResponse');
export const statusType = root.lookupType('RpcStatus');
