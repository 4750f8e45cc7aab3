// The command itself, as `npm run explain` runs it.
import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const run = (args: string[], input?: Uint8Array | string) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'explain.ts'), ...args], { encoding: 'utf8', input });
const fixture = join(import.meta.dirname, 'ingest/fixtures/cached.pb');

test('a protobuf export is explained: the call, its cost, and each attribute', () => {
  const { stdout, status } = run([fixture]);
  expect(status).toBe(0);
  expect(stdout).toContain(
    'span anthropic.messages.create (scope com.anthropic.sdk.typescript)\n  read by: anthropic-sdk\n  a call:\n',
  );
  expect(stdout).toContain('    usage.input_tokens: 13\n');
  expect(stdout).toContain('  cost: 0.008824350000 USD\n');
  expect(stdout).toContain('    gen_ai.usage.input_tokens = 23532\n      kept; sets usage.input_tokens\n');
  expect(stdout).toContain('span app cached (scope app)\n  read by: no dialect\n  no call: ');
});

test('a span from a pipe, gzipped or not, is explained too', () => {
  const span = JSON.stringify({ name: 'anthropic.test', scope: 'com.anthropic.claude-platform', attributes: {} });
  for (const input of [span, gzipSync(span)]) {
    expect(run(['-'], input).stdout).toContain('  no call: the test of a telemetry destination: it arrived\n');
  }
});

test.each([
  ['no argument', [], /^usage: npm run explain/],
  ['a file that is not there', ['/no/such/file'], /no such file/],
  [
    'a file that is no export',
    [join(import.meta.dirname, 'explain.ts')],
    /no protobuf export of traces, logs or metrics/,
  ],
])('%s is one line on stderr and exit code 1', (_what, args, message) => {
  const { stderr, stdout, status } = run(args);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(message);
});
