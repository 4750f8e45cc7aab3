// What to copy for each way in, with this ledger's own address and, where one is at hand, its key. Plain text in, plain text out.
import { endpointToSet } from '../overview/endpoint.ts';

export interface Ledger {
  /** Where it listens, as the reader's browser knows it: `https://ledger.example.com`. */
  origin: string;
  /** The ingest key to show; a placeholder where one is wanted and none was made here; null where none is wanted. */
  key: string | null;
}

export const KEY_PLACEHOLDER = '<ingest key>';
const HEADER = 'x-spanledger-key';

const lines = (...parts: (string | null)[]) => parts.filter((part) => part !== null).join('\n');
/** `export OTEL_EXPORTER_OTLP_HEADERS=...`, where a key is wanted. */
const headersLine = ({ key }: Ledger) => (key === null ? null : `export OTEL_EXPORTER_OTLP_HEADERS="${HEADER}=${key}"`);

export const nodeEnvironment = (ledger: Ledger): string | null => {
  const endpoint = endpointToSet(ledger.origin);
  const text = lines(endpoint === null ? null : `export ${endpoint}`, headersLine(ledger));
  return text === '' ? null : text;
};

export const pythonEnvironment = (ledger: Ledger): string =>
  lines(
    `export OTEL_EXPORTER_OTLP_ENDPOINT=${ledger.origin}`,
    'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    headersLine(ledger),
    'export OTEL_SERVICE_NAME=search',
    'export OTEL_METRICS_EXPORTER=none OTEL_LOGS_EXPORTER=none',
    // By default baggage goes along with each request, also to the API.
    'export OTEL_PROPAGATORS=tracecontext',
  );

export const PYTHON_TAGS = `from opentelemetry import baggage, context, trace
from opentelemetry.processor.baggage import BaggageSpanProcessor

# once, at the start
trace.get_tracer_provider().add_span_processor(
    BaggageSpanProcessor(lambda name: name.startswith("spanledger."))
)

# around the calls
tagged = baggage.set_baggage("spanledger.feature", "search")
tagged = baggage.set_baggage("spanledger.user.id", user_id, tagged)
token = context.attach(tagged)
try:
    client.messages.create(...)
finally:
    context.detach(token)`;

export const vercelProvider = ({
  origin,
  key,
}: Ledger): string => `import { NodeTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';

const exporter = new OTLPTraceExporter({
  url: '${origin}/v1/traces',${key === null ? '' : `\n  headers: { '${HEADER}': '${key}' },`}
});
new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] }).register();`;

export const otelCollector = ({ origin, key }: Ledger): string => `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 127.0.0.1:4317
      http:
        endpoint: 127.0.0.1:4328

processors:
  memory_limiter:
    check_interval: 1s
    limit_mib: 512
  batch:

exporters:
  otlphttp/spanledger:
    endpoint: ${origin}${key === null ? '' : `\n    headers:\n      ${HEADER}: ${key === KEY_PLACEHOLDER ? '${env:SPANLEDGER_KEY}' : key}`}

service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [otlphttp/spanledger]
    logs:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [otlphttp/spanledger]`;

export const claudeCode = (ledger: Ledger): string =>
  lines(
    'export CLAUDE_CODE_ENABLE_TELEMETRY=1',
    'export OTEL_LOGS_EXPORTER=otlp',
    'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    `export OTEL_EXPORTER_OTLP_ENDPOINT=${ledger.origin}`,
    headersLine(ledger),
  );

const UPSTREAM = '127.0.0.1:4318';
/** Only what takes calls in is let through; everything else is answered 404 by the proxy. */
export const caddy = (host: string): string => `${host} {
	handle /v1/* {
		reverse_proxy ${UPSTREAM} {
			header_up Host {upstream_hostport}
		}
	}
	handle {
		respond 404
	}
}`;
export const nginx = (host: string): string => `server {
    listen 443 ssl;
    server_name ${host};
    ssl_certificate     /etc/letsencrypt/live/${host}/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/${host}/privkey.pem;

    location /v1/ {
        proxy_pass http://${UPSTREAM};
        client_max_body_size 16m;
    }
    location / {
        return 404;
    }
}`;

/** `at` is the instant to show, ISO 8601. */
export const curl = ({ origin, key }: Ledger, at: string): string =>
  [
    `curl ${origin}/api/calls`,
    `  -H 'content-type: application/json'`,
    ...(key === null ? [] : [`  -H '${HEADER}: ${key}'`]),
    `  -d '{
    "startedAt": "${at}",
    "durationMs": 1834,
    "feature": "search",
    "userId": "u-17",
    "requestId": "req_011CSHoEeqs5C35K2UUqR7Fy",
    "response": {
      "id": "msg_01XFDUDYJgAACzvnptvVoYEL",
      "model": "claude-haiku-4-5-20251001",
      "stop_reason": "end_turn",
      "usage": { "input_tokens": 1200, "output_tokens": 340 }
    }
  }'`,
  ].join(' \\\n');

export const importCommand = ({ origin, key }: Ledger, paths: string): string => {
  const { protocol, hostname, port } = new URL(origin);
  const local = protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname);
  const where = !local ? `SPANLEDGER_ENDPOINT=${origin} ` : port === '4318' ? '' : `SPANLEDGER_PORT=${port} `;
  return `${where}npm run import -- ${paths}${key === null ? '' : ` --token "${key}"`}`;
};
