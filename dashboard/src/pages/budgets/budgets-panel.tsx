// Limits: how much of each is used up.
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Budget } from '@spanledger/collector/contract';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useBudgets } from '../../api/questions.ts';
import { fetched } from '../../first/fetched.tsx';
import { Frame } from '../../ui/frame.tsx';
import { readDraft } from '../../url/alert-on.ts';
import { BudgetCard } from './budget-card.tsx';

const BudgetForm = fetched(async () => (await import('./budget-form.tsx')).BudgetForm, {
  name: 'The form of a budget',
});

export function BudgetsPanel() {
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
            <Button onClick={() => setEdited('new')}>Create the first budget</Button>
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
      <BudgetForm edited={edited} draft={draft} onClose={close} />
    </>
  );
}
