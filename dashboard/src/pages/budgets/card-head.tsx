// The head of a card of something that is watched: its name, edit and delete.
import { ActionIcon, Group } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queryClient } from '../../api/questions.ts';
import { ConfirmDelete } from '../../ui/confirm-delete.tsx';

interface CardHeadProps {
  id: string;
  name: string;
  /** Beside the name. */
  badge?: ReactNode;
  /** The list that it is in, as questions are named. */
  list: 'budgets' | 'monitors';
  onEdit: () => void;
  remove: () => Promise<void>;
}

export function CardHead({ id, name, badge, list, onEdit, remove }: CardHeadProps) {
  const [sure, setSure] = useState(false);
  const deletion = useMutation({
    mutationFn: remove,
    onSuccess: async () => {
      setSure(false);
      await queryClient.invalidateQueries({ queryKey: [list], exact: true });
    },
  });
  return (
    <header className="panel-head card-head">
      <div className="card-name">
        <h3 id={id}>{name}</h3>
        {badge}
      </div>
      <Group gap={2} wrap="nowrap">
        <ActionIcon variant="subtle" color="gray" aria-label={`Edit ${name}`} onClick={onEdit}>
          <IconPencil size={16} aria-hidden />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={`Delete ${name}`} onClick={() => setSure(true)}>
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Group>
      <ConfirmDelete
        name={name}
        opened={sure}
        pending={deletion.isPending}
        error={deletion.error}
        onKeep={() => setSure(false)}
        onDelete={() => deletion.mutate()}
      >
        It will tell nobody any more. The calls stay in the ledger.
      </ConfirmDelete>
    </header>
  );
}
