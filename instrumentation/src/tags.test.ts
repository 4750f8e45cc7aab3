import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { currentTags, tagAttributes, withoutTagBaggage, withTags } from './tags.ts';

describe('withTags', () => {
  it('merges nested tags, also where no OpenTelemetry is set up, and forgets them afterwards', async () => {
    const inner = await withTags({ feature: 'a', userId: 'u', project: 'p' }, async () => {
      await Promise.resolve();
      return withTags({ feature: 'b', project: null }, () => tagAttributes(currentTags()));
    });
    expect(inner).toEqual({ 'spanledger.feature': 'b', 'spanledger.user.id': 'u' });
    expect(currentTags(ROOT_CONTEXT)).toEqual({});
  });

  it('returns and throws what the work does', () => {
    expect(withTags({}, () => 7)).toBe(7);
    expect(() =>
      withTags({}, () => {
        throw new Error('of the work');
      }),
    ).toThrow('of the work');
  });
});

describe('baggage', () => {
  it('loses the tags and keeps what the application put there', () => {
    const baggage = propagation.createBaggage({
      'spanledger.user.id': { value: 'u' },
      'gen_ai.conversation.id': { value: 'c' },
      tenant: { value: 't' },
    });
    const quiet = withoutTagBaggage(propagation.setBaggage(context.active(), baggage));
    expect(propagation.getBaggage(quiet)?.getAllEntries()).toEqual([['tenant', { value: 't' }]]);
  });
});
