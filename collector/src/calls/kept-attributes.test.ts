import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keepAttributes, restoreAttributes, TOLD_COLUMNS, type ToldColumns } from './kept-attributes.ts';

test('an attribute that a column says word for word is kept as the name of that column', () => {
  const columns = { message_id: 'msg_1', model: 'claude-opus-5-5', request_model: 'claude-opus-5-5', user_id: null };
  const kept = keepAttributes(
    {
      'gen_ai.response.id': 'msg_1',
      'gen_ai.response.model': 'claude-opus-5-5',
      'gen_ai.request.max_tokens': 64,
      note: 'msg_12',
    },
    columns,
  );
  expect(kept).toEqual({
    rest: { 'gen_ai.request.max_tokens': 64, note: 'msg_12' },
    told: { 'gen_ai.response.id': 'message_id', 'gen_ai.response.model': 'model' },
  });
});

test('whatever the attributes and the columns, what is read back is what was sent', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('msg_1', 'req_1', '', 'null', '__proto__'));
  const attributes = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(text)));
  const columns = fc.record(Object.fromEntries(TOLD_COLUMNS.map((column) => [column, fc.option(text)])), {
    requiredKeys: [],
  }) as fc.Arbitrary<ToldColumns>;
  fc.assert(
    fc.property(attributes, columns, (sent, told) => {
      const kept = JSON.parse(JSON.stringify(keepAttributes(sent, told))) as ReturnType<typeof keepAttributes>;
      expect(restoreAttributes(kept, told)).toEqual(JSON.parse(JSON.stringify(sent)));
    }),
  );
});
