// What stands for an amount that lacks calls, drawn to text.
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { AtLeast, Unbroken, Usd } from './figures.tsx';

test.each([
  ['1.500000000000', 0, '$1.50'],
  ['1.500000000000', 2, '$1.50 +?'],
  ['0.000000000000', 0, '$0.00'],
  ['0.000000000000', 2, 'unpriced'],
  [null, 2, 'unpriced'],
  [null, 0, 'unknown'],
])('%s USD and %i calls without a price read %s', (usd, unpriced, words) => {
  const drawn = renderToStaticMarkup(
    <>
      <Usd value={usd} unpriced={unpriced} />
      <AtLeast {...{ usd, unpriced }} />
    </>,
  );
  expect(drawn.replaceAll(/<[^>]*>/g, '')).toBe(words);
});

test('an amount within words stays whole, with its sign', () => {
  const drawn = renderToStaticMarkup(<Unbroken>−$1,530.32: gone, it was $30.3M. All of it</Unbroken>);
  expect(drawn).toBe(
    '<span class="figure">−$1,530.32</span>: gone, it was <span class="figure">$30.3M</span>. All of it',
  );
});
