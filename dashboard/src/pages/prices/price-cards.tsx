// The price cards: whether the table is of now, and what every model costs today.
import { usePrices } from '../../api/questions.ts';
import { PriceCardsPanel } from './price-cards-panel.tsx';
import { TableState } from './table-state.tsx';

export function PriceCards() {
  const question = usePrices();
  return (
    <>
      <h1 className="visually-hidden">Price cards</h1>
      <div className="column">
        <TableState question={question} />
        <PriceCardsPanel />
      </div>
    </>
  );
}
