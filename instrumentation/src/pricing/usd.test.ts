import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPico, parseUsd } from './usd.ts';

test.each([
  ['0', 0n, '0.000000000000'],
  ['0.0208', 20_800_000_000n, '0.020800000000'],
  ['0.000000000001', 1n, '0.000000000001'],
  ['-2.50', -2_500_000_000_000n, '-2.500000000000'],
  ['9007199254740993', 9_007_199_254_740_993_000_000_000_000n, '9007199254740993.000000000000'],
])('reads %s exactly and writes it with 12 places', (text, pico, written) => {
  expect(parseUsd(text)).toBe(pico);
  expect(formatPico(pico)).toBe(written);
});

test.each(['', '1e3', '.5', '1.', '0.0000000000001', '$1', ' 1', 'NaN'])('refuses the text "%s"', (text) => {
  expect(() => parseUsd(text)).toThrow(RangeError);
});

test('what is written is read back as the same amount', () => {
  fc.assert(fc.property(fc.bigInt(), (pico) => parseUsd(formatPico(pico)) === pico));
});
