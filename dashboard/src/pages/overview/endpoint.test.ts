import { expect, it } from 'vitest';
import { endpointToSet } from './endpoint.ts';

it.each(['http://127.0.0.1:4318', 'http://localhost:4318'])('wants nothing set for %s', (origin) => {
  expect(endpointToSet(origin)).toBeNull();
});
it.each(['http://127.0.0.1:4404', 'http://ledger.example:4318', 'https://localhost:4318', 'https://ledger.example'])(
  'names %s, which no exporter finds by itself',
  (origin) => {
    expect(endpointToSet(origin)).toBe(`OTEL_EXPORTER_OTLP_ENDPOINT=${origin}`);
  },
);
