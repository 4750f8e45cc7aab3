// Own prices: whether the table below them is of now, and what was agreed instead.
import { usePrices } from '../../api/questions.ts';
import { OwnPricesPanel } from './own-prices-panel.tsx';
import { TableState } from './table-state.tsx';

export function OwnPrices() {
  const question = usePrices();
  return (
    <>
      <h1 className="visually-hidden">Own prices</h1>
      <div className="column">
        <TableState question={question} />
        <OwnPricesPanel />
      </div>
    </>
  );
}
