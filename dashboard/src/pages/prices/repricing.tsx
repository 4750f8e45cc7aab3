// Pricing history anew: a dry run first, then what it would change, then all of it at once or nothing.
import { useParams } from 'react-router';
import { useRepricings } from '../../api/questions.ts';
import { afterFirst } from '../../first/after-first.tsx';
import { PageName } from '../../ui/page-name.tsx';
import { RepricingPanel } from './repricing-panel.tsx';
import { RepricingsPanel } from './repricings-panel.tsx';

/** Its calendar weighs as much as all else here. */
const DryRunForm = afterFirst(
  'The form',
  async () => (await import('./dry-run-form.tsx')).DryRunForm,
  () => <section className="panel" style={{ minHeight: 180 }} aria-busy />,
);

export function RepricingPage() {
  const { repricingId } = useParams();
  const list = useRepricings();
  // Without one in the address: what waits for a decision.
  const open = list.data?.find(({ status }) => status === 'preparing' || status === 'ready');
  const shown = repricingId ?? open?.id ?? null;
  return (
    <>
      <PageName>Re-pricing</PageName>
      <div className="column">
        <DryRunForm isPreparing={open?.status === 'preparing'} />
        {shown !== null && <RepricingPanel key={shown} id={shown} />}
        <RepricingsPanel question={list} shown={shown} />
      </div>
    </>
  );
}
