import { expect, test } from 'vitest';
import { exportBody, NATIVE, OWN } from './fakes.ts';
import { findingsOfNoCall } from './findings.ts';
import { normaliseSpan } from './normalise.ts';
import { decodeTraces } from './otlp.ts';

function kindsOf(scope: string, name: string, attributes: Record<string, number>): string[] {
  const { spans } = decodeTraces(exportBody([{ id: 'one', name, attributes }], { scope }), 'json');
  return spans.flatMap((span) => findingsOfNoCall(normaliseSpan(span), span)).map(({ kind }) => kind);
}

test('tokens in a span of the SDK under a name that nobody knows are a call that may be missed', () => {
  const tokens = { 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.output_tokens': 1 };
  expect(kindsOf(NATIVE, 'anthropic.something.new', tokens)).toEqual(['unknown']);
  expect(
    kindsOf(NATIVE, 'anthropic.messages.count_tokens', { 'anthropic.message.count_tokens.input_tokens': 5 }),
  ).toEqual([]);
  expect(kindsOf(OWN, 'anthropic.messages.batches.create', {})).toEqual([]);
});
