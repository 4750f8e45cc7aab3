// Create or edit a monitor. The API judges; what it refuses is marked at the field it names.
import { Group, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import {
  isSummed,
  type Monitor,
  MONITORED_MEASURES,
  type MonitoredMeasure,
  type MonitorInput,
  WINDOW_MINUTES,
} from '@spanledger/collector/contract';
import { api } from '../../api/api.ts';
import { type MonitorDraft, worseSide } from '../../url/monitor-on.ts';
import { measureName, readThreshold, typedThreshold, typedUnit, windowWords } from './measures.ts';
import { EditDrawer, EditForm, type EditFormProps } from './edit-form.tsx';
import { checkedValue, draftedLines, linesOfScope, type ScopeLine, ScopeLines, scopeOfLines } from './scope-lines.tsx';
import { WebhooksPicker } from './webhooks-picker.tsx';

interface Values {
  name: string;
  measure: MonitoredMeasure;
  comparison: Monitor['comparison'];
  /** As it is typed, in the unit beside it. */
  threshold: string;
  windowMinutes: string;
  minCalls: string;
  scope: ScopeLine[];
  webhookIds: string[];
}

type MonitorFormProps = EditFormProps<Monitor, MonitorDraft>;

export function MonitorForm({ edited, draft, onClose }: MonitorFormProps) {
  return (
    <EditDrawer name="monitor" edited={edited} onClose={onClose}>
      {(one) => <Fields edited={one} draft={draft} onClose={onClose} />}
    </EditDrawer>
  );
}

function Fields({ edited, draft, onClose }: MonitorFormProps & { edited: Monitor | 'new' }) {
  const form = useForm<Values>({
    initialValues: edited === 'new' ? { ...blank(), ...(draft ? drafted(draft) : {}) } : valuesOf(edited),
    validate: {
      name: (name) => (name.trim() === '' ? 'Give it a name' : null),
      threshold: (typed, { measure }) => {
        const read = readThreshold(measure, typed);
        return 'wrong' in read ? read.wrong : null;
      },
      minCalls: (calls) => (/^[1-9]\d{0,5}$/.test(calls.trim()) ? null : 'A whole number of calls, such as 20'),
      scope: { value: checkedValue },
    },
  });
  const { measure, scope } = form.values;
  /** A threshold of another unit is none. */
  const choose = (next: MonitoredMeasure) =>
    form.setValues({
      measure: next,
      comparison: worseSide(next),
      threshold: typedUnit(next) === typedUnit(measure) ? form.values.threshold : '',
    });
  return (
    <EditForm
      name="monitor"
      list="monitors"
      isNew={edited === 'new'}
      form={form}
      save={(values) => api.saveMonitor(edited === 'new' ? null : edited.id, monitorOf(values))}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        placeholder="Slow support chat"
        withAsterisk
        data-autofocus
        {...form.getInputProps('name')}
      />
      <Select
        label="Measure"
        allowDeselect={false}
        searchable
        data={MONITORED_MEASURES.map((value) => ({ value, label: measureName(value) }))}
        {...form.getInputProps('measure')}
        onChange={(next) => next && choose(next as MonitoredMeasure)}
      />
      <Group align="flex-start" grow preventGrowOverflow={false} wrap="nowrap">
        <Select
          label="Tells when it is"
          w={150}
          allowDeselect={false}
          data={[
            { value: 'above', label: 'above' },
            { value: 'below', label: 'below' },
          ]}
          {...form.getInputProps('comparison')}
        />
        <TextInput
          label={`Threshold, ${typedUnit(measure)}`}
          inputMode="decimal"
          withAsterisk
          {...form.getInputProps('threshold')}
        />
      </Group>
      <div>
        <span className="field-label" id="window-label">
          Over the last
        </span>
        <SegmentedControl
          fullWidth
          aria-labelledby="window-label"
          data={WINDOW_MINUTES.map((minutes) => ({ value: String(minutes), label: windowWords(minutes) }))}
          {...form.getInputProps('windowMinutes')}
        />
      </div>
      {!isSummed(measure) && (
        <TextInput
          label="Of at least so many calls"
          description="Fewer say nothing: they begin no alert and end none."
          inputMode="numeric"
          {...form.getInputProps('minCalls')}
        />
      )}
      <ScopeLines
        legend={scope.length === 0 ? 'Watches all calls' : 'Watches calls where'}
        lines={scope}
        errorOf={(index) => form.errors[`scope.${index}.value`]}
        onChange={(lines) => form.setFieldValue('scope', lines)}
      />
      <WebhooksPicker {...form.getInputProps('webhookIds')} />
    </EditForm>
  );
}

const blank = (): Values => ({
  name: '',
  measure: 'p95LatencyMs',
  comparison: 'above',
  threshold: '',
  windowMinutes: '15',
  minCalls: '20',
  scope: [],
  webhookIds: [],
});

function drafted({ measure, comparison, threshold, scope }: MonitorDraft): Partial<Values> {
  const values = scope.map(({ value }) => value || 'not set').join(', ');
  return {
    name: values === '' ? measureName(measure) : `${measureName(measure)}, ${values}`,
    measure,
    comparison,
    threshold: threshold === null ? '' : typedThreshold(measure, threshold),
    scope: draftedLines(scope),
  };
}

const valuesOf = ({
  name,
  measure,
  comparison,
  threshold,
  windowMinutes,
  minCalls,
  scope,
  webhookIds,
}: Monitor): Values => ({
  name,
  measure,
  comparison,
  threshold: typedThreshold(measure, threshold),
  windowMinutes: String(windowMinutes),
  minCalls: String(minCalls),
  scope: linesOfScope(scope),
  webhookIds,
});

function monitorOf({ threshold, windowMinutes, minCalls, scope, ...values }: Values): MonitorInput {
  const read = readThreshold(values.measure, threshold);
  return {
    ...values,
    name: values.name.trim(),
    threshold: 'wrong' in read ? threshold : read.threshold,
    windowMinutes: Number(windowMinutes) as MonitorInput['windowMinutes'],
    minCalls: Number(minCalls),
    scope: scopeOfLines(scope),
  };
}
