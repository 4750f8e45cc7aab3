// A driver in a line of words: "+$41.00, 62 % of the rise: 1.9x calls, prompts 1.3x longer". Pure.
import { formatShare, formatUsd, formatUsdSigned } from '../format.ts';
import { type Driver, type Factor, type GroupTotals, promptTokens } from './drivers.ts';

/** A factor is said when it made at least this part of the change, in either direction. */
const WORTH_SAYING = 0.15;

export function driverWords(driver: Driver<unknown>): string {
  const { changeUsd, share, before, after } = driver;
  const direction = changeUsd.startsWith('-') ? 'fall' : 'rise';
  const of =
    share === null || share < 0
      ? ''
      : share > 1.0005
        ? `, more than the whole ${direction}`
        : `, ${formatShare(share)} of the ${direction}`;
  return `${formatUsdSigned(changeUsd)}${of}: ${whyWords(driver, before, after)}`;
}

function whyWords(
  { parts, changeUsd }: Driver<unknown>,
  before: GroupTotals | null,
  after: GroupTotals | null,
): string {
  if (!before) return `new, ${formatUsd(after?.costUsd ?? null)} in this window`;
  if (!after) return `gone, it was ${formatUsd(before.costUsd)}`;
  const change = Math.abs(Number(changeUsd));
  const said = parts.filter(({ usd }) => Math.abs(usd) >= WORTH_SAYING * change);
  return said.length === 0
    ? 'a little of everything'
    : said.map(({ factor, ratio }) => factorWords(factor, ratio, before, after)).join(', ');
}

function factorWords(factor: Factor, ratio: number, before: GroupTotals, after: GroupTotals): string {
  switch (factor) {
    case 'calls':
      return `${times(ratio)} calls`;
    case 'promptLength':
      return `prompts ${comparative(ratio, 'longer', 'shorter')}`;
    case 'outputLength':
      return `answers ${comparative(ratio, 'longer', 'shorter')}`;
    case 'tokenPrice': {
      const [was, is] = [cached(before), cached(after)];
      const why =
        Math.abs(is - was) >= 0.02 && is > was === ratio < 1
          ? ` (cached ${formatShare(was)}, now ${formatShare(is)})`
          : '';
      return `tokens ${comparative(ratio, 'dearer', 'cheaper')}${why}`;
    }
  }
}

/** Which share of the prompts was read from the cache. */
const cached = (totals: GroupTotals): number => {
  const all = promptTokens(totals);
  return all === 0 ? 0 : totals.cacheReadTokens / all;
};

const digits = (ratio: number) =>
  ratio >= 10 ? ratio.toFixed(0) : ratio < 1.095 ? ratio.toFixed(2) : ratio.toFixed(1);
const times = (ratio: number) => `${ratio < 1 ? ratio.toFixed(2) : digits(ratio)}×`;
const comparative = (ratio: number, more: string, less: string) =>
  ratio >= 1 ? `${digits(ratio)}× ${more}` : `${digits(1 / ratio)}× ${less}`;
