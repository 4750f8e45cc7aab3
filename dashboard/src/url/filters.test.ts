import { describe, expect, it } from 'vitest';
import { bucketStarts } from './buckets.ts';
import {
  bucketFor,
  type Filters,
  fineBucketFor,
  isCompared,
  leftOut,
  parseFilters,
  previousWindow,
  toggleWhere,
  viewSearch,
  windowOf,
  writeFilters,
} from './filters.ts';

const at = (text: string) => Date.parse(text);
const DEFAULT: Filters = {
  range: { kind: 'relative', name: '24h' },
  where: [],
  by: 'feature',
  timezone: 'UTC',
  compare: true,
  refresh: '5s',
};

describe('filters in the URL', () => {
  it('reads an empty search as the last 24 hours by feature in UTC', () => {
    expect(parseFilters(new URLSearchParams())).toEqual(DEFAULT);
  });

  it('writes nothing for the defaults and leaves strangers alone', () => {
    expect(writeFilters(new URLSearchParams('order=costUsd&range=7d'), DEFAULT).toString()).toBe('order=costUsd');
  });

  it('reads back what it wrote, colons and empty values included', () => {
    const filters: Filters = {
      range: { kind: 'custom', from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' },
      where: [
        { dimension: 'feature', value: 'chat: the long one & more' },
        { dimension: 'userId', value: '' },
        { dimension: 'costUsd', value: '0.01..' },
      ],
      by: 'model',
      timezone: 'Europe/Berlin',
      compare: false,
      refresh: 'live',
    };
    expect(parseFilters(new URLSearchParams(writeFilters(new URLSearchParams(), filters).toString()))).toEqual(filters);
  });

  it('writes instants without the seconds they do not have', () => {
    const range = { kind: 'custom', from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T10:30:05.000Z' } as const;
    const search = writeFilters(new URLSearchParams(), { ...DEFAULT, range });
    expect([search.get('from'), search.get('to')]).toEqual(['2026-11-01T00:00Z', '2026-11-02T10:30:05Z']);
  });

  it('keeps of a view everything but how the page keeps up', () => {
    expect(viewSearch(new URLSearchParams('range=7d&refresh=live&order=costUsd&compare=off'))).toBe(
      'order=costUsd&range=7d&compare=off',
    );
  });

  it('falls back to the default for whatever makes no sense', () => {
    const search = new URLSearchParams(
      'range=9y&from=nonsense&to=2026-11-01&by=colour&tz=Mars/Base&where=planet:mars&where=feature&where=',
    );
    expect(parseFilters(search)).toEqual(DEFAULT);
  });

  it('says what of a link it left out, and nothing of what it took or what is not its own', () => {
    const all = 'where=bogus:x&where=feature:chat&where=costUsd:abc..def&range=banana&by=feature&tz=Mars&call=msg_1';
    expect(leftOut(new URLSearchParams(all))).toEqual([
      'where=bogus:x',
      'where=costUsd:abc..def',
      'range=banana',
      'tz=Mars',
    ]);
    expect(leftOut(new URLSearchParams('from=2026-11-02T00:00Z&to=2026-11-01T00:00Z'))).toEqual([
      'from=2026-11-02T00:00Z',
      'to=2026-11-01T00:00Z',
    ]);
    expect(leftOut(new URLSearchParams('range=7d&refresh=off&compare=off'))).toEqual([]);
  });
  it('refuses a window that ends before it begins', () => {
    expect(parseFilters(new URLSearchParams('from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z')).range).toEqual(
      DEFAULT.range,
    );
  });

  it('takes a repeated filter once, and takes it away again when toggled', () => {
    const filters = parseFilters(new URLSearchParams('where=model:a&where=model:a'));
    expect(filters.where).toEqual([{ dimension: 'model', value: 'a' }]);
    expect(toggleWhere(filters, { dimension: 'model', value: 'a' }).where).toEqual([]);
    expect(toggleWhere(filters, { dimension: 'model', value: 'b' }).where).toHaveLength(2);
  });
});

describe('windows', () => {
  const now = at('2026-11-21T14:34:11.400Z');
  it('end at the next five-second mark, the same for every panel', () => {
    expect(windowOf({ kind: 'relative', name: '1h' }, now, 'UTC')).toEqual({
      from: at('2026-11-21T13:34:15Z'),
      to: at('2026-11-21T14:34:15Z'),
    });
  });
  it('begin the month where the time zone does', () => {
    expect(windowOf({ kind: 'relative', name: 'mtd' }, now, 'Europe/Berlin').from).toBe(at('2026-10-31T23:00:00Z'));
  });
  it('compare month to date with the same stretch of the month before, never overlapping', () => {
    const range = { kind: 'relative', name: 'mtd' } as const;
    expect(previousWindow(range, { from: at('2026-11-01T00:00:00Z'), to: at('2026-11-21T00:00:00Z') }, 'UTC')).toEqual({
      from: at('2026-10-01T00:00:00Z'),
      to: at('2026-10-21T00:00:00Z'),
    });
    expect(previousWindow(range, { from: at('2026-03-01T00:00:00Z'), to: at('2026-03-31T00:00:00Z') }, 'UTC').to).toBe(
      at('2026-03-01T00:00:00Z'),
    );
  });
  it('compare last month with the whole month before it, however long each is', () => {
    const range = { kind: 'relative', name: 'last-month' } as const;
    const window = windowOf(range, now, 'UTC');
    expect(window).toEqual({ from: at('2026-10-01T00:00:00Z'), to: at('2026-11-01T00:00:00Z') });
    expect(previousWindow(range, window, 'UTC')).toEqual({
      from: at('2026-09-01T00:00:00Z'),
      to: at('2026-10-01T00:00:00Z'),
    });
  });
  it('choose a grain of some dozens of bars', () => {
    const days = (count: number) => bucketFor({ from: 0, to: count * 86_400_000 });
    expect([1 / 24, 1, 7, 30, 200, 800].map(days)).toEqual(['minute', 'hour', 'day', 'day', 'week', 'month']);
  });
});

describe('buckets', () => {
  it('follow the clock change: a Berlin day of 25 hours has 25 hours', () => {
    expect(bucketStarts(at('2026-10-24T22:00:00Z'), at('2026-10-25T23:00:00Z'), 'hour', 'Europe/Berlin')).toHaveLength(
      25,
    );
    expect(
      bucketStarts(at('2026-10-24T22:00:00Z'), at('2026-10-26T22:00:00Z'), 'day', 'Europe/Berlin').map((start) =>
        new Date(start).toISOString(),
      ),
    ).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
  });
  it('begin before a window that begins inside one', () => {
    expect(bucketStarts(at('2026-11-21T10:20:00Z'), at('2026-11-21T12:00:00Z'), 'hour', 'UTC')).toEqual([
      at('2026-11-21T10:00:00Z'),
      at('2026-11-21T11:00:00Z'),
    ]);
  });
  it('begin weeks on Monday', () => {
    expect(
      bucketStarts(at('2026-11-21T10:00:00Z'), at('2026-11-24T00:00:00Z'), 'week', 'UTC').map((start) =>
        new Date(start).toISOString().slice(0, 10),
      ),
    ).toEqual(['2026-11-16', '2026-11-23']);
  });
});

describe('the grain of a window', () => {
  const [HOUR, DAY] = [3_600_000, 86_400_000];
  const bucketsOf = (length: number, grain: typeof bucketFor) => {
    const window = { from: at('2026-11-21T10:20:00Z') - length, to: at('2026-11-21T10:20:00Z') };
    return bucketStarts(window.from, window.to, grain(window), 'Europe/Berlin').length;
  };
  it('gives no chart more than 200 points, whatever the window is', () => {
    // The longest window of each grain has the most; 1,500 days are to before the first call there can be.
    const longest = [2 * HOUR, 3 * DAY, 93 * DAY, 400 * DAY, 1500 * DAY];
    expect(longest.map((length) => bucketsOf(length, bucketFor))).toEqual([120, 73, 94, 58, 50]);
    expect(bucketsOf(8 * DAY, fineBucketFor)).toBe(193);
  });
  it('leaves out no bucket of a window that is longer than any ledger', () => {
    expect(bucketsOf(20_000 * DAY, bucketFor)).toBe(658); // 54 years and 9 months, the first begun before it
  });
});

describe('windows at the ends of what can be asked about', () => {
  const filters = (search: string) => parseFilters(new URLSearchParams(search));
  it('are compared only where the window before lies within it too', () => {
    // 1950 to 2000 follows 1900 to 1950, of which a day more is out of reach.
    expect(isCompared(filters('from=1950-01-02T00:00Z&to=2000-01-01T00:00Z'))).toBe(true);
    expect(isCompared(filters('from=1950-01-02T00:00Z&to=2000-02-01T00:00Z'))).toBe(false);
    expect(isCompared(filters('from=1900-01-01T00:00Z&to=2200-01-01T00:00Z'))).toBe(false);
    expect([isCompared(filters('range=90d')), isCompared(filters('range=90d&compare=off'))]).toEqual([true, false]);
  });
  it('do not lie beyond: such a range is left out', () => {
    const search = 'from=1899-12-31T00:00Z&to=2026-01-01T00:00Z';
    expect(filters(search)).toEqual(DEFAULT);
    expect(leftOut(new URLSearchParams(search))).toEqual(['from=1899-12-31T00:00Z', 'to=2026-01-01T00:00Z']);
    expect(filters('from=2026-01-01T00:00Z&to=9999-01-01T00:00Z')).toEqual(DEFAULT);
  });
});
