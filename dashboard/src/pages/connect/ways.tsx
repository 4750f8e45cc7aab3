// The ways in: for each its name, when it is the right one, and what to do. Only words and snippets; what has come in by a way
// is not known here.
import { Anchor } from '@mantine/core';
import type { Way } from '@spanledger/collector/contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Snippet } from '../../ui/snippet.tsx';
import * as snippet from './snippets.ts';
import type { Ledger } from './snippets.ts';

export interface WayIn {
  way: Exclude<Way, 'other'>;
  title: string;
  /** For whom, in a line. */
  lead: string;
  Steps: (props: { ledger: Ledger }) => ReactNode;
}

const NODE_TAGS = `import { withTags } from '@spanledger/instrumentation';

await withTags({ feature: 'search', userId: user.id, customerId: user.tenant }, () =>
  client.messages.create({ ... }),
);`;
const AI_SDK_CALL = `await generateText({
  model: anthropic('claude-haiku-4-5'),
  prompt,
  experimental_telemetry: {
    isEnabled: true,
    recordInputs: false,
    recordOutputs: false,
    functionId: 'support-chat',
    metadata: { userId: user.id, sessionId },
  },
});`;
const AI_SDK_7 = `import { registerTelemetry } from 'ai';
import { LegacyOpenTelemetry } from '@ai-sdk/otel';

registerTelemetry(new LegacyOpenTelemetry());`;

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li>
      <p>{title}</p>
      {children}
    </li>
  );
}

export const WAYS_IN: readonly WayIn[] = [
  {
    way: 'node',
    title: 'Node apps',
    lead: 'Apps that call Claude through @anthropic-ai/sdk, 0.30 or later. Exact to the last token, every attempt seen.',
    Steps: ({ ledger }) => {
      const environment = snippet.nodeEnvironment(ledger);
      return (
        <ol className="steps">
          <Step title="Install it.">
            <Snippet code="npm i @spanledger/instrumentation" />
          </Step>
          {environment !== null && (
            <Step title="Say where this ledger listens.">
              <Snippet code={environment} />
            </Step>
          )}
          <Step title="Start the app with it, or make it the first import.">
            <Snippet code="node --import @spanledger/instrumentation/register app.js" />
            <Snippet code="import '@spanledger/instrumentation/register';" />
          </Step>
          <Step title="Say whose call it is. The tags follow async code, and go to your other services as baggage; the API does not get them.">
            <Snippet code={NODE_TAGS} />
          </Step>
          <Step title="The app has an OpenTelemetry set-up of its own? Then, instead of the register import, before the SDK is loaded:">
            <Snippet
              code={`import { registerSpanledger } from '@spanledger/instrumentation';\n\nregisterSpanledger();`}
            />
          </Step>
        </ol>
      );
    },
  },
  {
    way: 'python',
    title: 'Python apps',
    lead: 'The anthropic package makes spans by itself once OpenTelemetry is set up. Nothing of ours is installed.',
    Steps: ({ ledger }) => (
      <ol className="steps">
        <Step title="Install OpenTelemetry beside the SDK.">
          <Snippet code="pip install -U anthropic opentelemetry-distro opentelemetry-exporter-otlp-proto-http opentelemetry-processor-baggage" />
        </Step>
        <Step title="Say where this ledger listens. The last line keeps the tags from the API: by default baggage goes along with each request.">
          <Snippet code={snippet.pythonEnvironment(ledger)} />
        </Step>
        <Step title="Start the app with it.">
          <Snippet code="opentelemetry-instrument python app.py" />
        </Step>
        <Step title="Say whose call it is: as baggage around the calls, which a processor puts on their spans.">
          <Snippet code={snippet.PYTHON_TAGS} />
        </Step>
        <Step title="One feature for all calls of a process needs no code:">
          <Snippet code="export OTEL_RESOURCE_ATTRIBUTES=spanledger.feature=search" />
        </Step>
        <p className="is-muted">
          Spans of the SDK do not say speed, geography or web searches: such costs are marked as estimated.
        </p>
      </ol>
    ),
  },
  {
    way: 'vercel-ai',
    title: 'Vercel AI SDK',
    lead: 'Versions 4 to 7 make spans by themselves, of Anthropic’s models on any platform.',
    Steps: ({ ledger }) => (
      <ol className="steps">
        <Step title="Send spans here, with @vercel/otel or with a provider of your own; the smallest:">
          <Snippet code={snippet.vercelProvider(ledger)} />
        </Step>
        <Step title="Up to version 6, turn telemetry on for each call, and say there whose it is.">
          <Snippet code={AI_SDK_CALL} />
        </Step>
        <Step title="From version 7 on, once at the start:">
          <Snippet code={AI_SDK_7} />
        </Step>
      </ol>
    ),
  },
  {
    way: 'otel-collector',
    title: 'OpenTelemetry Collector',
    lead: 'Apps keep sending to the collector they have; it sends on what it gets.',
    Steps: ({ ledger }) => (
      <ol className="steps">
        <Step title="Add this ledger to its exporters and pipelines. Whole, as a file that runs:">
          <Snippet code={snippet.otelCollector(ledger)} label="otelcol.yaml" />
        </Step>
        <Step title="Do not sample before this exporter: a span that is left out is a cost that is left out. Claude Code’s calls come as logs, so the logs pipeline is needed for them.">
          <Snippet code="otelcol --config otelcol.yaml" />
        </Step>
      </ol>
    ),
  },
  {
    way: 'claude-code',
    title: 'Claude Code',
    lead: 'Claude Code and the Agent SDK tell of each request. Set these where claude runs, or in its managed settings.',
    Steps: ({ ledger }) => (
      <ol className="steps">
        <Step title="Turn its telemetry on.">
          <Snippet code={snippet.claudeCode(ledger)} />
        </Step>
        <Step title="Say whose calls they are.">
          <Snippet code="export OTEL_RESOURCE_ATTRIBUTES=spanledger.feature=coding,spanledger.customer.id=platform-team" />
        </Step>
        <p className="is-muted">
          Sessions of before are in its transcripts: <Link to="/connect/import">import them</Link>.
        </p>
      </ol>
    ),
  },
  {
    way: 'claude-platform',
    title: 'Anthropic’s telemetry',
    lead: 'Anthropic’s servers send a span per request of the whole organisation, whatever the language. No code changes.',
    Steps: ({ ledger }) => {
      const { protocol, hostname } = new URL(ledger.origin);
      const host = protocol === 'https:' ? hostname : 'ledger.example.com';
      return (
        <ol className="steps">
          <Step title="It sends to https on port 443 of a public host name, never follows a redirect, and turns a destination off that answers with one. Put a proxy in front that lets only this through. Caddy:">
            <Snippet code={snippet.caddy(host)} label="Caddyfile" />
            <p>… or nginx:</p>
            <Snippet code={snippet.nginx(host)} label="nginx.conf" />
          </Step>
          <Step title="The ledger is now on the internet: start it with a token, so that sending wants a key.">
            <Snippet code="SPANLEDGER_ADMIN_TOKEN=$(openssl rand -hex 24) npm start" />
          </Step>
          <Step title="In the Claude Console, as an admin, add a telemetry destination with this endpoint (without /v1/traces) and this header, content off (metadata only), and send its test.">
            <Snippet code={`https://${host}`} label="Endpoint URL" />
            <Snippet code={`x-spanledger-key: ${ledger.key ?? snippet.KEY_PLACEHOLDER}`} label="Header" />
          </Step>
          <p className="is-muted">
            The light turns on with the test already. A call that your app tells too is one call: the app says whose it
            is, Anthropic what was used.
          </p>
        </ol>
      );
    },
  },
  {
    way: 'api',
    title: 'Any language',
    lead: 'Post each message as the API returned it. Its text may stay in; it is not kept.',
    Steps: ({ ledger }) => (
      <ol className="steps">
        <Step title="One call, or an array of up to 10,000. The example is a real one: it makes a call of 0.0029 USD.">
          <Snippet code={snippet.curl(ledger, new Date().toISOString())} />
        </Step>
        <p className="is-muted">
          Sent twice it counts once, by the message’s id. Every field is in the{' '}
          <Anchor href="/api/openapi.json" inherit>
            OpenAPI document
          </Anchor>
          .
        </p>
      </ol>
    ),
  },
  {
    way: 'import',
    title: 'Import',
    lead: 'Calls of the past: Claude Code’s transcripts, and JSONL of answers that you kept. No text leaves the files.',
    Steps: ({ ledger }) => (
      <ol className="steps">
        <Step title="Look first what is in them, in the folder of Spanledger.">
          <Snippet code={snippet.importCommand(ledger, '~/.claude/projects --dry-run')} />
        </Step>
        <Step title="Then send it. Started again it counts nothing twice.">
          <Snippet code={snippet.importCommand(ledger, '~/.claude/projects --feature coding')} />
        </Step>
        <Step title="Answers of the API, one message a line, or the results of a message batch: they carry no time, so say it.">
          <Snippet code={snippet.importCommand(ledger, 'answers.jsonl --at 2026-11-01T09:30:00Z')} />
        </Step>
      </ol>
    ),
  },
];
