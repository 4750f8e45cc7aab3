/** What an app must set to reach the collector at `origin`, or null where an exporter looks by itself. */
export function endpointToSet(origin: string): string | null {
  const { protocol, hostname, port } = new URL(origin);
  const isDefault = protocol === 'http:' && port === '4318' && (hostname === '127.0.0.1' || hostname === 'localhost');
  return isDefault ? null : `OTEL_EXPORTER_OTLP_ENDPOINT=${origin}`;
}
