// Create or edit a budget. The API judges; what it refuses is marked at the field it names.
import { Autocomplete, Group, SegmentedControl, Select, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Budget } from '@spanledger/collector/contract';
import { api } from '../../api/api.ts';
import type { BudgetDraft } from '../../url/alert-on.ts';
import { EditDrawer, EditForm, type EditFormProps } from './edit-form.tsx';
import { checkedValue, draftedLines, linesOfScope, type ScopeLine, ScopeLines, scopeOfLines } from './scope-lines.tsx';
import { WebhooksPicker } from './webhooks-picker.tsx';

interface Values {
  name: string;
  scope: ScopeLine[];
  unit: 'usd' | 'tokens';
  limit: string;
  period: 'day' | 'week' | 'month';
  timezone: string;
  thresholds: string[];
  webhookIds: string[];
}

type BudgetFormProps = EditFormProps<Budget, BudgetDraft>;

export function BudgetForm({ edited, draft, onClose }: BudgetFormProps) {
  return (
    <EditDrawer name="budget" edited={edited} onClose={onClose}>
      {(one) => <Fields edited={one} draft={draft} onClose={onClose} />}
    </EditDrawer>
  );
}

function Fields({ edited, draft, onClose }: BudgetFormProps & { edited: Budget | 'new' }) {
  const form = useForm<Values>({
    initialValues: edited === 'new' ? { ...blank(), ...(draft ? drafted(draft) : {}) } : valuesOf(edited),
    validate: {
      name: (name) => (name.trim() === '' ? 'Give it a name' : null),
      limit: (limit, { unit }) =>
        (unit === 'usd' ? /^\d{1,12}(\.\d{1,12})?$/ : /^\d{1,15}$/).test(limit.trim()) && Number(limit) > 0
          ? null
          : unit === 'usd'
            ? 'An amount above 0, such as 100.00'
            : 'A whole number of tokens above 0',
      thresholds: (list) =>
        list.length > 0 && list.every((text) => Number(text) > 0 && Number(text) <= 1000)
          ? null
          : 'Percentages between 0 and 1000, at least one',
      scope: { value: checkedValue },
    },
  });
  return (
    <EditForm
      name="budget"
      list="budgets"
      isNew={edited === 'new'}
      form={form}
      save={(values) => api.saveBudget(edited === 'new' ? null : edited.id, budgetOf(values))}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        placeholder="Support chat, monthly"
        withAsterisk
        data-autofocus
        {...form.getInputProps('name')}
      />
      <Group align="flex-start" grow preventGrowOverflow={false} wrap="nowrap">
        <TextInput
          label="Limit"
          inputMode="decimal"
          withAsterisk
          leftSection={form.values.unit === 'usd' ? '$' : null}
          {...form.getInputProps('limit')}
        />
        <Select
          label="Of"
          w={132}
          allowDeselect={false}
          data={[
            { value: 'usd', label: 'US dollars' },
            { value: 'tokens', label: 'tokens' },
          ]}
          {...form.getInputProps('unit')}
        />
      </Group>
      <div>
        <span className="field-label" id="period-label">
          Each
        </span>
        <SegmentedControl
          fullWidth
          aria-labelledby="period-label"
          data={[
            { value: 'day', label: 'Day' },
            { value: 'week', label: 'Week' },
            { value: 'month', label: 'Month' },
          ]}
          {...form.getInputProps('period')}
        />
      </div>
      <Autocomplete
        label="Time zone"
        description="Where its periods begin. Anthropic bills by UTC."
        data={['UTC', ...Intl.supportedValuesOf('timeZone')]}
        limit={30}
        {...form.getInputProps('timezone')}
      />
      <ScopeLines
        legend={form.values.scope.length === 0 ? 'Counts all calls' : 'Counts calls where'}
        lines={form.values.scope}
        errorOf={(index) => form.errors[`scope.${index}.value`]}
        onChange={(lines) => form.setFieldValue('scope', lines)}
      />
      <TagsInput
        label="Tells at, % of the limit"
        description="Each once a period. Enter adds one."
        splitChars={[',', ' ', ';']}
        {...form.getInputProps('thresholds')}
      />
      <WebhooksPicker {...form.getInputProps('webhookIds')} />
    </EditForm>
  );
}

const blank = (): Values => ({
  name: '',
  scope: [],
  unit: 'usd',
  limit: '',
  period: 'month',
  timezone: 'UTC',
  thresholds: ['50', '80', '100'],
  webhookIds: [],
});

const drafted = ({ scope, ...draft }: BudgetDraft): Partial<Values> => ({ ...draft, scope: draftedLines(scope) });

function valuesOf(budget: Budget): Values {
  const { name, period, timezone, webhookIds, limit } = budget;
  return {
    name,
    period,
    timezone,
    webhookIds,
    unit: 'usd' in limit ? 'usd' : 'tokens',
    // The API may write all twelve places; a hand would not.
    limit: 'usd' in limit ? limit.usd.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') : String(limit.tokens),
    thresholds: budget.thresholds.map(String),
    scope: linesOfScope(budget.scope),
  };
}

function budgetOf({ name, scope, unit, limit, period, timezone, thresholds, webhookIds }: Values) {
  return {
    name: name.trim(),
    period,
    timezone: timezone.trim(),
    webhookIds,
    limit: unit === 'usd' ? { usd: limit.trim() } : { tokens: Number(limit) },
    thresholds: [...new Set(thresholds.map(Number))].toSorted((one, other) => one - other),
    scope: scopeOfLines(scope),
  };
}
