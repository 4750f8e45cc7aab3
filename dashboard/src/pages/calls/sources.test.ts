import { describe, expect, it } from 'vitest';
import { originsInShort, originsOf, sourceWords } from './sources.ts';

describe('where the fields of a call are from', () => {
  it('is said field by field, what matters first, without what no report says', () => {
    const provenance = {
      source: 'anthropic-sdk',
      durationMs: 'anthropic-sdk',
      feature: 'anthropic-sdk',
      usage: 'claude-platform',
    };
    expect(originsOf({ provenance }).map(({ field, source }) => [field, source])).toEqual([
      ['usage', 'claude-platform'],
      ['feature', 'anthropic-sdk'],
      ['durationMs', 'anthropic-sdk'],
    ]);
  });
  it('is said in short by the first field of each source', () => {
    const provenance = {
      usage: 'claude-platform',
      feature: 'spanledger',
      userId: 'spanledger',
      serverMs: 'claude-platform',
    };
    expect(originsInShort(originsOf({ provenance }))).toBe(
      'usage from Anthropic’s servers, feature from our instrumentation',
    );
  });
  it('survives sources and fields that it does not know', () => {
    expect(sourceWords('brand-new')).toBe('brand-new');
    expect(originsOf({ provenance: { constructor: 'x', hasOwnProperty: 'y' } })).toEqual([]);
  });
});
