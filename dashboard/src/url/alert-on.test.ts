import { describe, expect, it } from 'vitest';
import { alertHref, readDraft, roundedUpUsd, tokensAlertHref } from './alert-on.ts';
import { parseFilters } from './filters.ts';

const filters = (search: string) => parseFilters(new URLSearchParams(search));
const draft = (href: string | undefined) => readDraft(new URL(href ?? '', 'http://ledger.example').searchParams);

describe('an alert on what is shown', () => {
  it('is a budget over the same calls, of the period the window is about, a little above what was spent', () => {
    expect(draft(alertHref(filters('range=7d&where=feature:search&where=model:m'), '12.310000000000'))).toEqual({
      name: 'search, m',
      scope: [
        { dimension: 'feature', value: 'search' },
        { dimension: 'model', value: 'm' },
      ],
      period: 'week',
      timezone: 'UTC',
      unit: 'usd',
      limit: '13.00',
    });
  });

  it('proposes no limit where the window is about no period', () => {
    expect(draft(alertHref(filters('range=1h'), '2.000000000000'))?.limit).toBe('');
  });

  it('is a limit in tokens where tokens are drawn', () => {
    expect(draft(tokensAlertHref(filters('range=30d'), 1_234_567))).toMatchObject({ unit: 'tokens', limit: '1300000' });
    expect(draft(tokensAlertHref(filters('range=30d'), 7))).toMatchObject({ unit: 'tokens', limit: '7' });
    expect(draft(tokensAlertHref(filters('range=30d'), 0))).toMatchObject({ unit: 'tokens', limit: '' });
  });

  it('is not offered where a budget could not say it: two values of one dimension', () => {
    expect(alertHref(filters('where=feature:a&where=feature:b'), null)).toBeUndefined();
  });

  it('rounds up to two digits, never to nothing', () => {
    expect(['0.000000000001', '0.99', '1', '1.01', '1234.5'].map(roundedUpUsd)).toEqual([
      '0.01',
      '0.99',
      '1.00',
      '1.10',
      '1300.00',
    ]);
  });
});
