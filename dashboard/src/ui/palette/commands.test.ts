import { expect, it } from 'vitest';
import { canBeId, pageCommands, rangeCommands, readTyped, valueHref } from './commands.ts';

const PAGES = [
  { to: '/', label: 'Overview', sliced: true },
  { to: '/calls', label: 'Calls', sliced: true },
  { to: '/settings', label: 'Settings', sliced: false },
];
const CALLS = { pathname: '/calls', search: '?range=7d&where=feature:a&order=costUsd&call=msg_1' };

it('a page is found by a part of its name, and takes the window along where it has one', () => {
  expect(pageCommands(PAGES, 'over', CALLS)).toEqual([
    { id: 'page /', label: 'Overview', to: '/?range=7d&where=feature%3Aa' },
  ]);
  expect(pageCommands(PAGES, 'SET', CALLS).map(({ to }) => to)).toEqual(['/settings']);
});

it('a time range is chosen on the page where one is, whose order stays and whose open call is closed', () => {
  expect(
    rangeCommands(PAGES, 'last 7', { ...CALLS, search: CALLS.search.replace('7d', '30d') }).map(({ to }) => to),
  ).toEqual(['/calls?order=costUsd&range=7d&where=feature%3Aa']);
  expect(rangeCommands(PAGES, '30 days', { pathname: '/settings', search: '' }).map(({ to }) => to)).toEqual([
    '/?range=30d',
  ]);
});

it('a value takes the place of the others of its dimension', () => {
  expect(valueHref(PAGES, 'feature', 'b', CALLS)).toBe('/calls?order=costUsd&range=7d&where=feature%3Ab');
  expect(valueHref(PAGES, 'customer', null, { pathname: '/calls/msg_1', search: '' })).toBe('/?where=customer%3A');
});

it('a dimension before a colon narrows the search to its values', () => {
  expect(readTyped('feature: sea')).toEqual({ dimensions: ['feature'], text: 'sea' });
  expect(readTyped('prompt version: v')).toEqual({ dimensions: ['promptVersion'], text: 'v' });
  expect(readTyped('sea').dimensions).toContain('userId');
});

it('one long word can be an id', () => {
  expect([canBeId('msg_01AbC234'), canBeId('two words here'), canBeId('search')]).toEqual([true, false, false]);
});
