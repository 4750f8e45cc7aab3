// Limits: how much of each is used up.
import { useSearchParams } from 'react-router';
import { useBudgets } from '../../api/questions.ts';
import { fetched } from '../../first/fetched.tsx';
import { readDraft } from '../../url/alert-on.ts';
import { BudgetCard } from './budget-card.tsx';
import { EditedCards } from './edited-cards.tsx';

const BudgetForm = fetched(async () => (await import('./budget-form.tsx')).BudgetForm, {
  name: 'The form of a budget',
});

export function BudgetsPanel() {
  const [search] = useSearchParams();
  const draft = readDraft(search);
  return (
    <EditedCards
      title="Budgets"
      name="budget"
      question={useBudgets()}
      empty="No budgets yet. A budget is a limit for a day, a week or a month, over all calls or a part of them. Each threshold tells your webhooks once."
      isDrafted={draft !== null}
      card={(budget, onEdit) => <BudgetCard key={budget.id} budget={budget} onEdit={onEdit} />}
      form={(edited, onClose) => <BudgetForm edited={edited} draft={draft} onClose={onClose} />}
    />
  );
}
