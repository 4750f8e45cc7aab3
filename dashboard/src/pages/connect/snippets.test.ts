import { expect, test } from 'vitest';
import {
  caddy,
  claudeCode,
  curl,
  importCommand,
  nginx,
  nodeEnvironment,
  otelCollector,
  pythonEnvironment,
  vercelProvider,
} from './snippets.ts';

const local = { origin: 'http://127.0.0.1:4318', key: null };
const remote = { origin: 'https://ledger.example.com', key: 'slk_1' };

test('a Node app on the same machine as a ledger on the usual port sets nothing', () => {
  expect(nodeEnvironment(local)).toBeNull();
  expect(nodeEnvironment(remote)).toBe(
    'export OTEL_EXPORTER_OTLP_ENDPOINT=https://ledger.example.com\nexport OTEL_EXPORTER_OTLP_HEADERS="x-spanledger-key=slk_1"',
  );
});

test.each([
  ['python', pythonEnvironment],
  ['Claude Code', claudeCode],
  ['the Vercel AI SDK', vercelProvider],
  ['the OpenTelemetry Collector', otelCollector],
  ['curl', (ledger: typeof remote) => curl(ledger, '2026-11-21T12:00:00Z')],
  ['import', (ledger: typeof remote) => importCommand(ledger, 'answers.jsonl')],
])('what is copied for %s has the address, and the key only where there is one', (_, snippet) => {
  expect(snippet(remote)).toContain('https://ledger.example.com');
  expect(snippet(remote)).toContain('slk_1');
  expect(snippet(local as never)).not.toMatch(/spanledger-key|HEADERS|--token/);
});

test('a Python app does not send its tags to the API', () => {
  expect(pythonEnvironment(local)).toContain('OTEL_PROPAGATORS=tracecontext');
});

test('a collector in between takes a key that was not made here from its environment', () => {
  expect(otelCollector({ ...remote, key: '<ingest key>' })).toContain('x-spanledger-key: ${env:SPANLEDGER_KEY}');
});

test('the import of a ledger on another port names the port', () => {
  expect(importCommand({ origin: 'http://localhost:5000', key: null }, 'a')).toBe(
    'SPANLEDGER_PORT=5000 npm run import -- a',
  );
});

test('a proxy in front lets through what takes calls in, and nothing that reads', () => {
  for (const proxy of [caddy('ledger.example.com'), nginx('ledger.example.com')]) {
    expect(proxy).toMatch(/\/v1\//);
    expect(proxy).toContain('404');
    expect(proxy).not.toMatch(/\/api/);
  }
});
