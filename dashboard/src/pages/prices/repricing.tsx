// Pricing history anew: a dry run first, then what it would change, then all of it at once or nothing.
import { useParams } from 'react-router';
import { useRepricings } from '../../api/questions.ts';
import { DryRunForm } from './dry-run-form.tsx';
import { RepricingPanel } from './repricing-panel.tsx';
import { RepricingsPanel } from './repricings-panel.tsx';

export function RepricingPage() {
  const { repricingId } = useParams();
  const list = useRepricings();
  // Without one in the address: what waits for a decision.
  const open = list.data?.find(({ status }) => status === 'preparing' || status === 'ready');
  const shown = repricingId ?? open?.id ?? null;
  return (
    <>
      <h1 className="visually-hidden">Re-pricing</h1>
      <div className="column">
        <DryRunForm isPreparing={open?.status === 'preparing'} />
        {shown !== null && <RepricingPanel key={shown} id={shown} />}
        <RepricingsPanel question={list} shown={shown} />
      </div>
    </>
  );
}
