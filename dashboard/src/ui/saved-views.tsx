// Saved views: this page with its window, filters and order under a name, for everyone who reads this ledger.
import { ActionIcon, Button, Popover, Stack, TextInput } from '@mantine/core';
import { IconBookmark, IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useLocation } from 'react-router';
import { api } from '../api/api.ts';
import { queryClient, useViews } from '../api/questions.ts';
import { viewSearch } from '../url/filters.ts';
import { FrameBody, wordsOf } from './frame.tsx';

export function SavedViews() {
  const [opened, setOpened] = useState(false);
  const question = useViews(opened);
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus position="bottom-end" shadow="md">
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconBookmark size={14} aria-hidden />}
          onClick={() => setOpened(!opened)}
        >
          Views
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm" w={280}>
          <FrameBody
            question={question}
            height={44}
            isEmpty={(views) => views.length === 0}
            empty="No saved views yet."
          >
            {(views) => (
              <ul className="views" aria-label="Saved views">
                {views.map((view) => (
                  <li key={view.id}>
                    <Link
                      to={{ pathname: view.path, search: view.search }}
                      onClick={() => setOpened(false)}
                      className="name"
                    >
                      {view.name}
                    </Link>
                    <DeleteView id={view.id} name={view.name} />
                  </li>
                ))}
              </ul>
            )}
          </FrameBody>
          <SaveView onSaved={() => setOpened(false)} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

const reload = () => queryClient.invalidateQueries({ queryKey: ['views'] });

function DeleteView({ id, name }: { id: string; name: string }) {
  const deleting = useMutation({ mutationFn: () => api.deleteView(id), onSettled: reload });
  return (
    <ActionIcon
      size="sm"
      variant="subtle"
      color="gray"
      aria-label={`Delete the view ${name}`}
      loading={deleting.isPending}
      onClick={() => deleting.mutate()}
    >
      <IconX size={14} aria-hidden />
    </ActionIcon>
  );
}

function SaveView({ onSaved }: { onSaved: () => void }) {
  const { pathname, search } = useLocation();
  const [name, setName] = useState('');
  const saving = useMutation({
    mutationFn: () => api.saveView({ name, path: pathname, search: viewSearch(new URLSearchParams(search)) }),
    onSuccess: async () => {
      await reload();
      onSaved();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') saving.mutate();
  };
  return (
    <form onSubmit={submit} className="save-view">
      <TextInput
        size="xs"
        label="Save this view as"
        placeholder="Search, last 7 days"
        value={name}
        data-autofocus
        maxLength={120}
        onChange={(event) => setName(event.currentTarget.value)}
        error={saving.error ? wordsOf(saving.error) : null}
      />
      <Button size="xs" type="submit" loading={saving.isPending} disabled={name.trim() === ''}>
        Save
      </Button>
    </form>
  );
}
