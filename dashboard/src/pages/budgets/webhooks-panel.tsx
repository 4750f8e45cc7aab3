// Who is told: add a webhook (its secret is shown once), send it a test, see what was delivered.
import { ActionIcon, Button, Code, CopyButton, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconCheck, IconCopy, IconSend, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { Delivery, Webhook } from '@spanledger/collector/contract';
import { useState } from 'react';
import { api, ApiError } from '../../api/api.ts';
import { queryClient, useDeliveries, useWebhooks } from '../../api/questions.ts';
import { formatDuration, formatInstant } from '../../format.ts';
import { ConfirmDelete } from '../../ui/confirm-delete.tsx';
import { FrameBody, wordsOf } from '../../ui/frame.tsx';
import { ListFrame } from '../../ui/list-frame.tsx';
import { DocsLink } from '../../ui/docs-link.tsx';

const again = () => queryClient.invalidateQueries({ queryKey: ['webhooks'] });

export function WebhooksPanel({ className }: { className: string }) {
  return (
    <ListFrame
      title="Webhooks"
      question={useWebhooks()}
      height={160}
      className={className}
      empty="No webhook yet. Without one, alerts are only shown here."
      docs={<DocsLink to="/README.md#budgets-monitors-and-webhooks">Signature and retries</DocsLink>}
      add="Add webhook"
      form={(opened, onClose) => (
        <Modal opened={opened} onClose={onClose} title="Add webhook" centered>
          {opened && <NewWebhook onClose={onClose} />}
        </Modal>
      )}
    >
      {(webhooks) => (
        <ul className="lines">
          {webhooks.map((webhook) => (
            <WebhookLine key={webhook.id} webhook={webhook} />
          ))}
        </ul>
      )}
    </ListFrame>
  );
}

function WebhookLine({ webhook }: { webhook: Webhook }) {
  const [opened, setOpened] = useState(false);
  const test = useMutation({
    mutationFn: () => api.testWebhook(webhook.id),
    onSuccess: () => {
      setOpened(true);
      return again();
    },
  });
  const deletion = useMutation({ mutationFn: () => api.deleteWebhook(webhook.id), onSuccess: again });
  const [sure, setSure] = useState(false);
  const name = webhook.description === '' ? webhook.url : webhook.description;
  return (
    <li data-testid="webhook-row" data-key={webhook.id}>
      <div className="line-head">
        <strong className="clip">{name}</strong>
        <Group gap={4} wrap="nowrap" className="push">
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconSend size={12} aria-hidden />}
            loading={test.isPending}
            onClick={() => test.mutate()}
            aria-label={`Send a test to ${name}`}
          >
            Test
          </Button>
          <Button size="compact-xs" variant="subtle" aria-expanded={opened} onClick={() => setOpened(!opened)}>
            Deliveries
          </Button>
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={`Delete ${name}`}
            onClick={() => setSure(true)}
          >
            <IconTrash size={14} aria-hidden />
          </ActionIcon>
        </Group>
      </div>
      {webhook.description !== '' && <p className="is-muted small clip">{webhook.url}</p>}
      {test.error && (
        <p className="note note-bad" role="alert">
          {wordsOf(test.error)}
        </p>
      )}
      {opened && <Deliveries webhookId={webhook.id} />}
      <ConfirmDelete
        name={name}
        opened={sure}
        pending={deletion.isPending}
        error={deletion.error}
        onKeep={() => setSure(false)}
        onDelete={() => deletion.mutate()}
      >
        Alerts no longer go there. While a budget or a monitor names it, it cannot be deleted.
      </ConfirmDelete>
    </li>
  );
}

const STATUS_BADGE: Record<Delivery['status'], string> = {
  pending: 'badge badge-warn',
  delivered: 'badge badge-good',
  failed: 'badge badge-bad',
};

const TYPE_WORDS: Record<Delivery['type'], string> = {
  'budget.threshold_reached': 'threshold reached',
  'monitor.alerting': 'monitor alerting',
  'monitor.recovered': 'monitor well again',
  'webhook.test': 'test',
};

function Deliveries({ webhookId }: { webhookId: string }) {
  const question = useDeliveries(webhookId, true);
  const retry = useMutation({
    mutationFn: (deliveryId: string) => api.retryDelivery(webhookId, deliveryId),
    onSuccess: again,
  });
  return (
    <FrameBody
      question={question}
      height={60}
      isEmpty={(deliveries) => deliveries.length === 0}
      empty="Nothing was sent yet."
    >
      {(deliveries) => (
        <ul className="deliveries">
          {deliveries.map((delivery) => (
            <li key={delivery.id} data-testid="delivery-row" data-key={delivery.id} data-value={delivery.status}>
              <p>
                <span className={STATUS_BADGE[delivery.status]}>{delivery.status}</span> {TYPE_WORDS[delivery.type]}{' '}
                <span className="is-muted">{formatInstant(delivery.createdAt, 'UTC')} UTC</span>
              </p>
              <ol>
                {delivery.attempts.map((attempt) => (
                  <li key={attempt.at} className="is-muted small">
                    {formatInstant(attempt.at, 'UTC')}:{' '}
                    {attempt.httpStatus === null ? (attempt.error ?? 'no answer') : `HTTP ${attempt.httpStatus}`} in{' '}
                    {formatDuration(attempt.durationMs)}
                    {attempt.httpStatus !== null && attempt.error && ` (${attempt.error})`}
                  </li>
                ))}
              </ol>
              {delivery.status === 'failed' && (
                <Button
                  size="compact-xs"
                  variant="default"
                  mt={4}
                  loading={retry.isPending && retry.variables === delivery.id}
                  onClick={() => retry.mutate(delivery.id)}
                >
                  Send again
                </Button>
              )}
              {retry.error && retry.variables === delivery.id && (
                <p className="note note-bad" role="alert">
                  {wordsOf(retry.error)}
                </p>
              )}
              {delivery.nextAttemptAt && (
                <p className="is-muted small">Next try {formatInstant(delivery.nextAttemptAt, 'UTC')} UTC</p>
              )}
            </li>
          ))}
        </ul>
      )}
    </FrameBody>
  );
}

function NewWebhook({ onClose }: { onClose: () => void }) {
  const form = useForm({
    initialValues: { url: '', description: '' },
    validate: { url: (url) => (/^https?:\/\/.+/.test(url.trim()) ? null : 'An http or https address') },
  });
  const creation = useMutation({
    mutationFn: (values: { url: string; description: string }) =>
      api.createWebhook({ url: values.url.trim(), description: values.description.trim() }),
    onSuccess: again,
    onError: (error) => {
      if (error instanceof ApiError && error.field && error.field in form.values)
        form.setFieldError(error.field, wordsOf(error));
    },
  });
  const secret = creation.data?.secret;
  if (creation.data)
    return (
      <Stack>
        <p>It stands. This is its signing secret (Standard Webhooks); copy it now, it is shown only this once.</p>
        <Code block data-testid="webhook-secret">
          {secret ?? 'The collector gave no secret.'}
        </Code>
        <Group justify="flex-end">
          {secret && (
            <CopyButton value={secret}>
              {({ copied, copy }) => (
                <Button
                  variant="default"
                  onClick={copy}
                  leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
                >
                  {copied ? 'Copied' : 'Copy'}
                </Button>
              )}
            </CopyButton>
          )}
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    );
  return (
    <form onSubmit={form.onSubmit((values) => creation.mutate(values))} noValidate>
      <Stack>
        <TextInput
          label="URL"
          placeholder="https://example.com/hooks/spanledger"
          withAsterisk
          data-autofocus
          inputMode="url"
          {...form.getInputProps('url')}
        />
        <TextInput
          label="Description"
          placeholder="Where it leads"
          maxLength={200}
          {...form.getInputProps('description')}
        />
        {creation.error && !(creation.error instanceof ApiError && creation.error.field) && (
          <p className="note note-bad" role="alert">
            {wordsOf(creation.error)}
          </p>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={creation.isPending}>
            Add webhook
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
