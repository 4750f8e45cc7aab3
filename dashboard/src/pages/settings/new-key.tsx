// A new ingest key: named, made, shown this once.
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/api.ts';
import { queryClient } from '../../api/questions.ts';
import { wordsOf } from '../../ui/frame.tsx';
import { Snippet } from '../../ui/snippet.tsx';

interface NewKeyProps {
  opened: boolean;
  onClose: () => void;
  /** The name to begin with. */
  suggestion?: string;
  onMade?: (key: string) => void;
}

export function NewKey(props: NewKeyProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="New ingest key" centered>
      {props.opened && <Form {...props} />}
    </Modal>
  );
}

function Form({ onClose, suggestion = '', onMade }: NewKeyProps) {
  const [name, setName] = useState(suggestion);
  const creation = useMutation({
    mutationFn: () => api.createKey(name.trim()),
    onSuccess: ({ key }) => {
      if (key !== null) onMade?.(key);
      return queryClient.invalidateQueries({ queryKey: ['keys'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    creation.mutate();
  };
  if (creation.data) {
    return (
      <Stack>
        <p>This is the key; copy it now, it is shown only this once. It can send calls and read nothing.</p>
        <div data-testid="new-key">
          <Snippet code={creation.data.key ?? 'The collector gave no key.'} label="The key" />
        </div>
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          description="Where it is used, to tell it from others"
          placeholder="staging"
          maxLength={120}
          withAsterisk
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={creation.error ? wordsOf(creation.error) : null}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={creation.isPending} disabled={name.trim() === ''}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
