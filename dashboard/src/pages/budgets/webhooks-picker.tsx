// Which webhooks are told.
import { MultiSelect, type MultiSelectProps } from '@mantine/core';
import { useWebhooks } from '../../api/questions.ts';

export function WebhooksPicker(input: MultiSelectProps) {
  const webhooks = useWebhooks().data;
  const none = webhooks?.length === 0 ? 'None yet: add one on this page' : 'None';
  return (
    <MultiSelect
      label="Webhooks to tell"
      placeholder={input.value && input.value.length > 0 ? '' : none}
      data={
        webhooks?.map(({ id, url, description }) => ({ value: id, label: description === '' ? url : description })) ??
        []
      }
      {...input}
    />
  );
}
