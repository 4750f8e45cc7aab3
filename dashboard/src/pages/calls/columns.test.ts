import { expect, it } from 'vitest';
import { readColumns, writeColumns } from './columns.tsx';

const search = (text: string) => new URLSearchParams(text);

it('columns are those of the address, in its order, once, and none that there is not', () => {
  expect(readColumns(search('cols=cost,user,cost,beauty,toString'), false)).toEqual(['cost', 'user']);
});

it('the usual columns need no address, fewer of them on a phone', () => {
  const usual = readColumns(search(''), false);
  const onPhone = readColumns(search('cols=beauty'), true);
  expect(onPhone.length).toBeLessThan(usual.length);
  expect(writeColumns(search('cols=cost&range=7d'), usual, false).toString()).toBe('range=7d');
  expect(writeColumns(search('range=7d'), [], true).toString()).toBe('range=7d');
  expect(writeColumns(search('range=7d'), usual, true).get('cols')).toBe(usual.join(','));
});
