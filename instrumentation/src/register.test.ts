/** The one-liner in a process of its own: with a collector, and without one. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn, type StandIn } from './testing/stand-in.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const register = pathToFileURL(`${here}register.ts`).href;
const app = `
  import Anthropic from '@anthropic-ai/sdk';
  const client = new Anthropic({ apiKey: 'x', baseURL: process.argv[1] });
  const message = await client.messages.create({ model: 'claude-haiku-4-5', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] });
  console.log(message.content[0].text);`;

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn();
});
afterAll(() => api.close());

function run(
  source: string,
  endpoint: string,
  ...flags: string[]
): Promise<{ code: number | string | null | undefined; signal?: string; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, SPANLEDGER_ENDPOINT: endpoint, NODE_NO_WARNINGS: '1' };
    const args = [...flags, '--input-type=module', '--eval', source, api.url('plain')];
    execFile(process.execPath, args, { cwd: here, env }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, ...(error?.signal ? { signal: error.signal } : {}), stdout, stderr }),
    );
  });
}

/** A collector that takes everything and counts the spans of calls. */
async function collector() {
  let calls = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    calls += Buffer.concat(chunks).toString('latin1').split('anthropic.messages.create').length - 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    close: () => (server.closeAllConnections(), server.close()),
  };
}

describe('register', () => {
  it('delivers the call of an application that it was preloaded into', async () => {
    const sink = await collector();
    const result = await run(app, sink.url, '--import', register);
    sink.close();
    expect(result).toEqual({ code: 0, stdout: 'Paris.\n', stderr: '' });
    expect(sink.calls()).toBe(1);
  });

  it('delivers the call of an application that imports it after the SDK', async () => {
    const sink = await collector();
    const result = await run(`import '@anthropic-ai/sdk'; import '${register}';${app}`, sink.url);
    sink.close();
    expect(result).toEqual({ code: 0, stdout: 'Paris.\n', stderr: '' });
    expect(sink.calls()).toBe(1);
  });

  it('says once that there is no collector, and lets the application be', async () => {
    const sink = await collector();
    sink.close();
    const result = await run(app, sink.url, '--import', register);
    expect(result).toEqual({
      code: 0,
      stdout: 'Paris.\n',
      stderr: expect.stringMatching(/^\[spanledger\] spans cannot be delivered to .*\n$/),
    });
  });

  it('leaves the end of the process to an application that handles the signal, once or always', async () => {
    const sink = await collector();
    for (const way of ['once', 'on']) {
      const handler = `process.${way}('SIGTERM', () => setTimeout(() => { console.log('tidied up'); process.exit(3); }, 50));`;
      const result = await run(
        `${app}${handler} process.kill(process.pid, 'SIGTERM');`,
        sink.url,
        '--import',
        register,
      );
      expect(result).toEqual({ code: 3, stdout: 'Paris.\ntidied up\n', stderr: '' });
    }
    sink.close();
  });

  it('flushes on a signal that nobody else handles, and lets it end the process', async () => {
    const sink = await collector();
    const forever = 'setInterval(() => {}, 1000);';
    const result = await run(`${app}${forever} process.kill(process.pid, 'SIGTERM');`, sink.url, '--import', register);
    sink.close();
    expect(result).toMatchObject({ signal: 'SIGTERM', stdout: 'Paris.\n', stderr: '' });
    expect(sink.calls()).toBe(1);
  });

  it('uses the provider of an application that owns its set-up, and adds none', async () => {
    const sink = await collector();
    const own = `
      import { node, tracing } from '@opentelemetry/sdk-node';
      const exporter = new tracing.InMemorySpanExporter();
      new node.NodeTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] }).register();
      const { registerSpanledger } = await import('${pathToFileURL(`${here}index.ts`).href}');
      registerSpanledger();
      const { default: Anthropic } = await import('@anthropic-ai/sdk');
      const client = new Anthropic({ apiKey: 'x', baseURL: process.argv[1] });
      await client.messages.create({ model: 'claude-haiku-4-5', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] });
      const spans = exporter.getFinishedSpans().filter((span) => span.name === 'anthropic.messages.create');
      console.log(spans.length, typeof spans[0].attributes['spanledger.usage']);`;
    const result = await run(own, sink.url);
    sink.close();
    expect(result).toEqual({ code: 0, stdout: '1 string\n', stderr: '' });
    expect(sink.calls()).toBe(0);
  });
});
