import { expect, it } from 'vitest';
import { chartCsv, csvOf } from './csv.ts';

it('writes one line a point, exact, and nothing where a value is unknown', () => {
  const series = [
    { key: 'a', label: 'chat', colour: '' },
    { key: '', label: 'not set', colour: '' },
  ];
  const points = [
    { at: 0, parts: { a: { size: 0.1, label: '$0.10', exact: '0.100000000001' } }, totalLabel: null },
    { at: 3_600_000, parts: { '': { size: 2, label: '$2.00', exact: '2.000000000000' } }, totalLabel: null },
  ];
  expect(chartCsv(points, series, 'USD')).toBe(
    'start,chat (USD),not set (USD)\r\n1970-01-01T00:00:00.000Z,0.100000000001,\r\n1970-01-01T01:00:00.000Z,,2.000000000000\r\n',
  );
});

it('quotes what needs it, and lets no name become a formula while a negative amount stays a number', () => {
  expect(csvOf([['a "b", c', '=1+1', '@x', '-2.5', '-cmd']])).toBe('"a ""b"", c",\'=1+1,\'@x,-2.5,\'-cmd\r\n');
});
