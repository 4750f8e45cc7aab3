// What is watched, and who is told: budgets of money and tokens, monitors of all other measures, their alerts, the webhooks.
import './budgets.css';
import { PageName } from '../../ui/page-name.tsx';
import { AlertsPanel } from './alerts-panel.tsx';
import { BudgetsPanel } from './budgets-panel.tsx';
import { MonitorsPanel } from './monitors-panel.tsx';
import { WebhooksPanel } from './webhooks-panel.tsx';

export function Budgets() {
  return (
    <>
      <PageName>Budgets and alerts</PageName>
      <BudgetsPanel />
      <MonitorsPanel />
      <div className="grid">
        <AlertsPanel className="span-6" />
        <WebhooksPanel className="span-6" />
      </div>
    </>
  );
}
