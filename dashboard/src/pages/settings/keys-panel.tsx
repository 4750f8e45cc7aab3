// Ingest keys: which there are, when each was last used.
import { ActionIcon } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { IngestKey } from '@spanledger/collector/contract';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { queryClient, useKeys } from '../../api/questions.ts';
import { formatMinute } from '../../format.ts';
import { ConfirmDelete } from '../../ui/confirm-delete.tsx';
import { ListFrame } from '../../ui/list-frame.tsx';
import { NewKey } from './new-key.tsx';

export function KeysPanel() {
  return (
    <ListFrame
      title="Ingest keys"
      question={useKeys()}
      height={140}
      empty="No key yet. With one, apps and Anthropic’s servers can send calls and read nothing; where an admin token is set, sending wants a key or the token."
      add="New key"
      form={(opened, onClose) => <NewKey opened={opened} onClose={onClose} />}
    >
      {(keys) => (
        <ul className="lines">
          {keys.map((key) => (
            <KeyLine key={key.id} ingestKey={key} />
          ))}
        </ul>
      )}
    </ListFrame>
  );
}

function KeyLine({ ingestKey: { id, name, hint, createdAt, lastUsedAt } }: { ingestKey: IngestKey }) {
  const [sure, setSure] = useState(false);
  const deletion = useMutation({
    mutationFn: () => api.deleteKey(id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['keys'] }),
  });
  return (
    <li data-testid="key-row" data-key={id}>
      <div className="line-head">
        <strong className="clip">{name}</strong>
        <code className="is-muted">slk_…{hint}</code>
        <ActionIcon
          className="push"
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={`Delete ${name}`}
          onClick={() => setSure(true)}
        >
          <IconTrash size={14} aria-hidden />
        </ActionIcon>
      </div>
      <p className="is-muted small">
        Made {formatMinute(createdAt, 'UTC')} UTC,{' '}
        {lastUsedAt === null ? 'never used' : `last used ${formatMinute(lastUsedAt, 'UTC')} UTC`}
      </p>
      <ConfirmDelete
        name={name}
        opened={sure}
        pending={deletion.isPending}
        error={deletion.error}
        onKeep={() => setSure(false)}
        onDelete={() => deletion.mutate()}
      >
        Whoever sends with it is refused from then on. Calls that came in with it stay.
      </ConfirmDelete>
    </li>
  );
}
