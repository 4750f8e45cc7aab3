// Write or edit an own price. The API judges; what it refuses is marked at the field it names.
import '@mantine/dates/styles.layer.css';
import {
  Autocomplete,
  Button,
  Checkbox,
  Drawer,
  Group,
  MultiSelect,
  SegmentedControl,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { type OwnPriceJson, TOKEN_KINDS } from '@spanledger/collector/contract';
import { useState } from 'react';
import { api, ApiError } from '../../api/api.ts';
import { queryClient, usePrices } from '../../api/questions.ts';
import { formatRate } from '../../format.ts';
import { wordsOf } from '../../ui/frame.tsx';
import { notify } from '../../ui/notify.ts';
import {
  blankOwnPrice,
  formField,
  isShown,
  type OwnPriceValues,
  ownPriceOf,
  valuesOf,
  type PriceWay,
  withoutField,
} from './own-price-values.ts';
import { holdsOn, type Kind, KIND_WORDS, utcDay } from './rates.ts';

/** What is in the form: a kept price by its id, or a new one, blank or filled in beforehand. */
export type Edited = { id: string | null; price: OwnPriceJson | null };

export function OwnPriceForm({ edited, onClose }: { edited: Edited | null; onClose: () => void }) {
  return (
    <Drawer
      opened={edited !== null}
      onClose={onClose}
      position="right"
      size={480}
      title={edited?.id == null ? 'New own price' : 'Edit own price'}
    >
      {edited !== null && <Fields key={edited.id ?? edited.price?.model ?? 'new'} edited={edited} onClose={onClose} />}
    </Drawer>
  );
}

function Fields({ edited, onClose }: { edited: Edited; onClose: () => void }) {
  const prices = usePrices();
  const [today] = useState(() => utcDay(Date.now()));
  const form = useForm<OwnPriceValues>({
    initialValues: edited.price === null ? blankOwnPrice(today) : valuesOf(edited.price),
    validate: {
      model: (model) => (model.trim() === '' ? 'Which model, or * for every one' : null),
      since: (since) => (since === null ? 'From which day on' : null),
      percentOff: (percent, { way }) =>
        way !== 'rates' && percent.trim() === '' ? 'A percentage, such as 12.5' : null,
      source: (source) => (source.trim() === '' ? 'Where it was agreed; it goes on the receipts' : null),
    },
  });
  const saving = useMutation({
    mutationFn: (values: OwnPriceValues) => api.saveOwnPrice(edited.id, ownPriceOf(values)),
    onSuccess: async () => {
      notify({
        message: 'Own price saved. It is for calls from now on; Re-pricing does it for earlier ones.',
      });
      onClose();
      await Promise.all(['prices', 'unpriced'].map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
    },
    onError: (error) => {
      if (!(error instanceof ApiError)) return;
      const field = formField(error.field);
      if (field === null) return;
      form.setFieldError(field, withoutField(error.message, error.field));
      form.getInputNode(field)?.focus();
    },
  });
  const { values } = form;
  const marked = saving.error instanceof ApiError ? formField(saving.error.field) : null;
  const unmarked = saving.error && (marked === null || !isShown(marked, values));
  const models = [...new Set(prices.data?.cards.map(({ model }) => model))];
  const typed = values.model.trim();
  const isUnknown = prices.data !== undefined && typed !== '' && typed !== '*' && !models.includes(typed);
  const listed = prices.data?.cards.find(
    (card) =>
      card.model === typed &&
      holdsOn(card, values.since ?? today) &&
      (values.banded || card.band === null || card.band.overTokens <= 0),
  );
  const asListed = (kind: Kind) => {
    const usd = listed?.usdPerMtok[kind];
    return usd == null ? (values.newModel ? 'none' : 'as listed') : `listed ${formatRate(usd)}`;
  };
  return (
    <form
      onSubmit={form.onSubmit(
        (all) => saving.mutate(all),
        (errors) => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus(),
      )}
      noValidate
      data-testid="own-price-form"
    >
      <Stack gap="md">
        <Autocomplete
          label="Model"
          description="Any way of writing its id; * for every model that has a price"
          placeholder="Type to search"
          withAsterisk
          data-autofocus
          openOnFocus={false}
          data={['*', ...models]}
          limit={60}
          maxDropdownHeight={260}
          {...form.getInputProps('model')}
        />
        {(isUnknown || values.newModel) && (
          <Checkbox
            label="A new model, in no table yet"
            description="This is then its price card: give every rate it has."
            {...form.getInputProps('newModel', { type: 'checkbox' })}
          />
        )}
        <SimpleGrid cols={2} spacing="md">
          <DatePickerInput
            label="Since"
            description="First day, UTC"
            valueFormat="D MMM YYYY"
            withAsterisk
            {...form.getInputProps('since')}
          />
          <DatePickerInput
            label="Until"
            description="First day without it"
            valueFormat="D MMM YYYY"
            placeholder="open"
            clearable
            {...(values.since === null ? {} : { minDate: values.since })}
            {...form.getInputProps('until')}
          />
        </SimpleGrid>
        <div>
          <span className="field-label" id="way-label">
            Pays
          </span>
          <SegmentedControl
            fullWidth
            aria-labelledby="way-label"
            value={values.way}
            onChange={(way) => form.setFieldValue('way', way as PriceWay)}
            data={[
              { value: 'rates', label: 'Own rates' },
              { value: 'percent', label: 'A percentage less' },
              { value: 'both', label: 'Both' },
            ]}
          />
        </div>
        {(values.newModel || values.way !== 'percent') && (
          <fieldset className="scope">
            <legend>US dollars per million tokens</legend>
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
              {TOKEN_KINDS.map((kind) => (
                <TextInput
                  key={kind}
                  label={KIND_WORDS[kind]}
                  inputMode="decimal"
                  leftSection="$"
                  placeholder={asListed(kind)}
                  {...form.getInputProps(`rates.${kind}`)}
                />
              ))}
              <TextInput
                label="Web search, each"
                inputMode="decimal"
                leftSection="$"
                placeholder={prices.data ? `listed ${formatRate(prices.data.webSearch.usdPerRequest)}` : ''}
                {...form.getInputProps('webSearch')}
              />
            </SimpleGrid>
            <p className="is-muted small">
              {values.newModel ? 'Empty: the model has no such price.' : 'Empty: as listed.'} Batch and fast mode
              multiply on top.
            </p>
          </fieldset>
        )}
        {values.way !== 'rates' && (
          <fieldset className="scope">
            <legend>Percentage less</legend>
            <TextInput
              label="Off, in percent"
              inputMode="decimal"
              rightSection="%"
              placeholder="12.5"
              {...form.getInputProps('percentOff')}
            />
            <MultiSelect
              label="Of"
              placeholder={values.kinds.length === 0 ? 'Every kind of token' : ''}
              data={TOKEN_KINDS.map((kind) => ({ value: kind, label: KIND_WORDS[kind] }))}
              {...form.getInputProps('kinds')}
            />
          </fieldset>
        )}
        <Checkbox
          label="Only for prompts of a certain length"
          {...form.getInputProps('banded', { type: 'checkbox' })}
        />
        {values.banded && (
          <SimpleGrid cols={2} spacing="md">
            <TextInput
              label="Over, tokens"
              inputMode="numeric"
              placeholder="100000"
              {...form.getInputProps('overTokens')}
            />
            <TextInput
              label="Up to, tokens"
              inputMode="numeric"
              placeholder="no end"
              {...form.getInputProps('upToTokens')}
            />
          </SimpleGrid>
        )}
        <TextInput
          label="Source"
          description="Where it was agreed; it goes on the receipts"
          placeholder="Contract of 1 November 2026"
          withAsterisk
          {...form.getInputProps('source')}
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
            {edited.id === null ? 'Add price' : 'Save price'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
