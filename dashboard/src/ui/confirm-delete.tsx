// The question before something is deleted: what goes with it, the error when it could not be, and two buttons.
import { Button, Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { wordsOf } from './frame.tsx';

interface ConfirmDeleteProps {
  name: string;
  opened: boolean;
  pending: boolean;
  /** What the last try failed with; null when it did not. */
  error: Error | null;
  onKeep: () => void;
  onDelete: () => void;
  children: ReactNode;
}

export function ConfirmDelete({ name, opened, pending, error, onKeep, onDelete, children }: ConfirmDeleteProps) {
  return (
    <Modal opened={opened} onClose={onKeep} title={`Delete “${name}”?`} centered>
      <p>{children}</p>
      {error && (
        <p className="note note-bad" role="alert">
          {wordsOf(error)}
        </p>
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onKeep}>
          Keep it
        </Button>
        <Button className="button-bad" loading={pending} onClick={onDelete}>
          Delete
        </Button>
      </Group>
    </Modal>
  );
}
