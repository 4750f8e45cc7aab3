// Create or edit a budget. The API judges; what it refuses is marked at the field it names.
import {
  ActionIcon,
  Autocomplete,
  Button,
  Drawer,
  Group,
  MultiSelect,
  SegmentedControl,
  Select,
  Stack,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type Budget, type Dimension, DIMENSIONS } from '@spanledger/collector/contract';
import { api, ApiError } from '../../api/api.ts';
import { queryClient, useValues, useWebhooks } from '../../api/questions.ts';
import { formatDimension } from '../../format.ts';
import { wordsOf } from '../../ui/frame.tsx';
import type { BudgetDraft } from '../../url/alert-on.ts';
import { notify } from '../../ui/notify.ts';

interface Values {
  name: string;
  scope: { key: string; dimension: Dimension; value: string }[];
  unit: 'usd' | 'tokens';
  limit: string;
  period: 'day' | 'week' | 'month';
  timezone: string;
  thresholds: string[];
  webhookIds: string[];
}

interface BudgetFormProps {
  edited: Budget | 'new' | null;
  /** What a new one begins with; null for a blank one. */
  draft: BudgetDraft | null;
  onClose: () => void;
}

export function BudgetForm({ edited, draft, onClose }: BudgetFormProps) {
  return (
    <Drawer
      opened={edited !== null}
      onClose={onClose}
      position="right"
      size={460}
      title={edited === 'new' ? 'New budget' : 'Edit budget'}
    >
      {edited !== null && (
        <Fields key={edited === 'new' ? 'new' : edited.id} edited={edited} draft={draft} onClose={onClose} />
      )}
    </Drawer>
  );
}

function Fields({ edited, draft, onClose }: BudgetFormProps & { edited: Budget | 'new' }) {
  const webhooks = useWebhooks();
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
      scope: { value: (value) => (value.trim() === '' ? 'Choose a value, or remove this line' : null) },
    },
  });
  const saving = useMutation({
    mutationFn: (values: Values) => api.saveBudget(edited === 'new' ? null : edited.id, budgetOf(values)),
    onSuccess: async () => {
      notify({ message: 'Budget saved' });
      onClose();
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ['budgets'] }),
        queryClient.invalidateQueries({ queryKey: ['alerts'] }),
      ]);
    },
    onError: (error) => {
      // The API names fields as it knows them: "limit.usd", "scope.feature", "thresholds.0".
      const field = error instanceof ApiError ? error.field?.split('.')[0] : undefined;
      if (field && field in form.values) form.setFieldError(field, wordsOf(error));
    },
  });
  const unmarked =
    saving.error &&
    !(
      saving.error instanceof ApiError &&
      saving.error.field &&
      (saving.error.field.split('.')[0] ?? '') in form.values &&
      !saving.error.field.startsWith('scope')
    );
  return (
    <form onSubmit={form.onSubmit((values) => saving.mutate(values))} noValidate>
      <Stack gap="md">
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
        <fieldset className="scope">
          <legend>Counts {form.values.scope.length === 0 ? 'all calls' : 'calls where'}</legend>
          {form.values.scope.map((line, index) => (
            <Group key={line.key} gap="xs" wrap="nowrap" align="flex-start">
              <Select
                aria-label="Dimension"
                w={150}
                allowDeselect={false}
                data={DIMENSIONS.map((name) => ({
                  value: name,
                  label: formatDimension(name),
                  disabled: form.values.scope.some((other) => other !== line && other.dimension === name),
                }))}
                {...form.getInputProps(`scope.${index}.dimension`)}
              />
              <ScopeValue dimension={line.dimension} input={form.getInputProps(`scope.${index}.value`)} />
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={`Remove ${formatDimension(line.dimension)}`}
                onClick={() => form.removeListItem('scope', index)}
              >
                <IconX size={16} aria-hidden />
              </ActionIcon>
            </Group>
          ))}
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => {
              const free = DIMENSIONS.find((name) => !form.values.scope.some((line) => line.dimension === name));
              if (free)
                form.insertListItem('scope', {
                  key: crypto.getRandomValues(new Uint32Array(2)).join('-'),
                  dimension: free,
                  value: '',
                });
            }}
          >
            Narrow it down
          </Button>
        </fieldset>
        <TagsInput
          label="Tells at, % of the limit"
          description="Each once a period. Enter adds one."
          splitChars={[',', ' ', ';']}
          {...form.getInputProps('thresholds')}
        />
        <MultiSelect
          label="Webhooks to tell"
          placeholder={
            form.values.webhookIds.length > 0
              ? ''
              : webhooks.data?.length === 0
                ? 'None yet: add one below the budgets'
                : 'None'
          }
          data={
            webhooks.data?.map(({ id, url, description }) => ({
              value: id,
              label: description === '' ? url : description,
            })) ?? []
          }
          {...form.getInputProps('webhookIds')}
        />
        {unmarked && (
          <p className="note note-bad" role="alert">
            {wordsOf(saving.error as Error)}
          </p>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending}>
            {edited === 'new' ? 'Create budget' : 'Save budget'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Values of the last 30 days are offered; any other may be typed, since a budget can be older than its first call. */
function ScopeValue({ dimension, input }: { dimension: Dimension; input: { value?: string } }) {
  const [text] = useDebouncedValue(input.value ?? '', 150);
  const values = useValues(dimension, { range: { kind: 'relative', name: '30d' }, timezone: 'UTC' }, text, true);
  return (
    <Autocomplete
      aria-label={`Value of ${formatDimension(dimension)}`}
      placeholder="value"
      style={{ flex: 1 }}
      data={values.data?.flatMap(({ value }) => (value ? [value] : [])) ?? []}
      filter={({ options }) => options}
      {...input}
    />
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

const drafted = ({ scope, ...draft }: BudgetDraft): Partial<Values> => ({
  ...draft,
  scope: scope.map(({ dimension, value }) => ({ key: dimension, dimension, value })),
});

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
    scope: Object.entries(budget.scope).map(([dimension, value]) => ({
      key: dimension,
      dimension: dimension as Dimension,
      value: value ?? '',
    })),
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
    scope: Object.fromEntries(scope.map(({ dimension, value }) => [dimension, value.trim()])),
  };
}
