// Limits: how much of each is used up, who was told, and by which webhook.
import './budgets.css';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Budget } from '@spanledger/collector/contract';
import { lazy, Suspense, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useBudgets } from '../../api/questions.ts';
import { Frame } from '../../ui/frame.tsx';
import { PageName } from '../../ui/page-name.tsx';
import { readDraft } from '../../url/alert-on.ts';
import { AlertsPanel } from './alerts-panel.tsx';
import { BudgetCard } from './budget-card.tsx';
import { WebhooksPanel } from './webhooks-panel.tsx';

const BudgetForm = lazy(async () => ({ default: (await import('./budget-form.tsx')).BudgetForm }));

export function Budgets() {
  const question = useBudgets();
  const [search, setSearch] = useSearchParams();
  const draft = readDraft(search);
  const [chosen, setEdited] = useState<Budget | 'new' | null>(null);
  const edited = chosen ?? (draft ? 'new' : null);
  const close = () => {
    setEdited(null);
    if (draft) setSearch({}, { replace: true });
  };
  return (
    <>
      <PageName>Budgets</PageName>
      <Frame
        title="Budgets"
        question={question}
        height={220}
        className="frame-plain"
        isEmpty={(budgets) => budgets.length === 0}
        empty={
          <div>
            <p>
              No budgets yet. A budget is a limit for a day, a week or a month, over all calls or a part of them. Each
              threshold tells your webhooks once.
            </p>
            <Button onClick={() => setEdited('new')}>Create the first</Button>
          </div>
        }
        aside={
          <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setEdited('new')}>
            New budget
          </Button>
        }
      >
        {(budgets) => (
          <div className="cards">
            {budgets.map((budget) => (
              <BudgetCard key={budget.id} budget={budget} onEdit={() => setEdited(budget)} />
            ))}
          </div>
        )}
      </Frame>
      <div className="grid">
        <AlertsPanel className="span-6" />
        <WebhooksPanel className="span-6" />
      </div>
      <Suspense>
        <BudgetForm edited={edited} draft={draft} onClose={close} />
      </Suspense>
    </>
  );
}
