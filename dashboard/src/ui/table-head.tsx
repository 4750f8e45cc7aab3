// The head of a table: what its columns are, said once. Knows nothing of what stands below.
import type { ReactNode } from 'react';

/** A word is a column of words; `className` is that of all its cells, `hint` is told by the pointer. */
export type Column = string | { title: ReactNode; className: string; hint?: string; hidden?: boolean };

/** Columns of numbers, which stand at the right. */
export const figures = (...titles: readonly string[]): Column[] =>
  titles.map((title) => ({ title, className: 'right' }));
/** Columns that narrow screens do without. */
export const wide = (...titles: readonly string[]): Column[] => titles.map((title) => ({ title, className: 'wide' }));
export const wideFigures = (...titles: readonly string[]): Column[] =>
  titles.map((title) => ({ title, className: 'right wide' }));
/** A column of bars beside numbers. */
export const share = (title: string): Column => ({ title, className: 'share-column' });
/** A column whose title is only read aloud. */
export const hidden = (title: string, className = ''): Column => ({ title, className, hidden: true });

export function TableHead({ columns }: { columns: readonly Column[] }) {
  return (
    <thead>
      <tr>
        {columns.map((column, index) => {
          const { title, className, hint, hidden: aloud = false } = typeof column === 'string' ? word(column) : column;
          return (
            <th key={index} scope="col" className={className} title={hint}>
              {aloud ? <span className="visually-hidden">{title}</span> : title}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

const word = (title: string): Exclude<Column, string> => ({ title, className: '' });
