// A new mapping: an attribute among those seen lately, the dimension it says, and what it would say on real calls.
import { Autocomplete, Button, Group, Modal, Select, Stack, TagsInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { MAPPABLE } from '@spanledger/collector/contract';
import { type FormEvent, useState } from 'react';
import { api, ApiError } from '../../api/api.ts';
import { useSeenAttributes } from '../../api/questions.ts';
import { formatDimension } from '../../format.ts';
import { wordsOf } from '../../ui/frame.tsx';
import { PreviewOf } from './preview.tsx';

interface MappingFormProps {
  opened: boolean;
  onClose: () => void;
  onAdded: () => Promise<void>;
}

export function MappingForm(props: MappingFormProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="Map an attribute" centered size="lg">
      {props.opened && <Form {...props} />}
    </Modal>
  );
}

const DIMENSIONS = MAPPABLE.map((value) => ({ value, label: formatDimension(value) }));

function Form({ onClose, onAdded }: MappingFormProps) {
  const [attribute, setAttribute] = useState('');
  const [dimension, setDimension] = useState<string>('customer');
  const [services, setServices] = useState<string[]>([]);
  const [asked] = useDebouncedValue(attribute.trim(), 400);
  const seen = useSeenAttributes();
  const addition = useMutation({
    mutationFn: () => api.createMapping({ attribute: attribute.trim(), dimension, services }),
    onSuccess: async () => {
      await onAdded();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    addition.mutate();
  };
  const error = addition.error;
  const field = error instanceof ApiError ? error.field : undefined;
  const own = seen.data?.attributes.filter(({ known }) => !known).map(({ name }) => name) ?? [];
  const known = seen.data?.attributes.filter((one) => one.known).map(({ name }) => name) ?? [];
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Autocomplete
          label="Attribute"
          description="Of the call’s span or log record, or of its resource"
          placeholder="acme.tenant"
          withAsterisk
          data-autofocus
          maxLength={200}
          limit={100}
          data={[
            { group: 'Names of your own, seen lately', items: own },
            { group: 'Names of conventions', items: known },
          ]}
          value={attribute}
          onChange={setAttribute}
          error={field === 'attribute' && error ? wordsOf(error) : null}
        />
        {asked !== '' && <PreviewOf attribute={asked} services={services} />}
        <Select
          label="Says the"
          data={DIMENSIONS}
          value={dimension}
          onChange={(value) => value !== null && setDimension(value)}
          allowDeselect={false}
          error={field === 'dimension' && error ? wordsOf(error) : null}
        />
        <TagsInput
          label="Only calls of these services"
          description="As service.name says; none: of all"
          value={services}
          onChange={setServices}
          error={field?.startsWith('services') && error ? wordsOf(error) : null}
        />
        {error && !/^(attribute|dimension|services)/.test(field ?? '') && (
          <p className="note note-bad" role="alert">
            {wordsOf(error)}
          </p>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={addition.isPending} disabled={attribute.trim() === ''}>
            Map it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
