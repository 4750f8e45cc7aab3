// Own prices: whether the table below them is of now, and what was agreed instead.
import { usePrices } from '../../api/questions.ts';
import { PageName } from '../../ui/page-name.tsx';
import { OwnPricesPanel } from './own-prices-panel.tsx';
import { TableState } from './table-state.tsx';

export function OwnPrices() {
  const question = usePrices();
  return (
    <>
      <PageName>Own prices</PageName>
      <div className="column">
        <TableState question={question} />
        <OwnPricesPanel />
      </div>
    </>
  );
}
