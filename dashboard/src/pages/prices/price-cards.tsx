// The price cards: whether the table is of now, and what every model costs today.
import { usePrices } from '../../api/questions.ts';
import { PageName } from '../../ui/page-name.tsx';
import { PriceCardsPanel } from './price-cards-panel.tsx';
import { TableState } from './table-state.tsx';

export function PriceCards() {
  const question = usePrices();
  return (
    <>
      <PageName>Price cards</PageName>
      <div className="column">
        <TableState question={question} />
        <PriceCardsPanel />
      </div>
    </>
  );
}
