// The head of a column that a table can be ordered by: a button that says which way it is ordered now.
import type { ReactNode } from 'react';

interface OrderHeadProps {
  /** Null: by another column. */
  ordered: 'ascending' | 'descending' | null;
  onOrder: () => void;
  className?: string | undefined;
  title?: string | undefined;
  children: ReactNode;
}

export function OrderHead({ ordered, onOrder, className, title, children }: OrderHeadProps) {
  return (
    <th scope="col" className={className} title={title} aria-sort={ordered ?? 'none'}>
      <button type="button" className={ordered ? 'order-by is-by' : 'order-by'} onClick={onOrder}>
        {children} <span aria-hidden>{ordered && (ordered === 'ascending' ? '↑' : '↓')}</span>
      </button>
    </th>
  );
}
