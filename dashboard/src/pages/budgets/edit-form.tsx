// What the forms of budgets and monitors are alike in: a drawer, saving, what the API refused, the buttons.
import { Button, Drawer, Group, Stack } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import { queryClient } from '../../api/questions.ts';
import { wordsOf } from '../../ui/frame.tsx';
import { notify } from '../../ui/notify.ts';
import { errorsAt, isUnmarked } from './refused.ts';

export interface EditFormProps<T, Draft> {
  edited: T | 'new' | null;
  /** What a new one begins with; null for a blank one. */
  draft: Draft | null;
  onClose: () => void;
}

/** Open while something is edited; another one begins with fields of its own. */
export function EditDrawer<T extends { id: string }>({
  name,
  edited,
  onClose,
  children,
}: Pick<EditFormProps<T, never>, 'edited' | 'onClose'> & { name: string; children: (edited: T | 'new') => ReactNode }) {
  return (
    <Drawer
      opened={edited !== null}
      onClose={onClose}
      position="right"
      size={460}
      title={edited === 'new' ? `New ${name}` : `Edit ${name}`}
    >
      {edited !== null && <Fragment key={edited === 'new' ? 'new' : edited.id}>{children(edited)}</Fragment>}
    </Drawer>
  );
}

/** `list`: the questions that are asked again when it is saved. */
export function EditForm<Values extends object>({
  name,
  list,
  isNew,
  form,
  save,
  onClose,
  children,
}: {
  name: string;
  list: string;
  isNew: boolean;
  form: UseFormReturnType<Values>;
  save: (values: Values) => Promise<unknown>;
  onClose: () => void;
  children: ReactNode;
}) {
  const saving = useMutation({
    mutationFn: save,
    onSuccess: async () => {
      notify({ message: `${name[0]?.toUpperCase()}${name.slice(1)} saved` });
      onClose();
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: [list] }),
        queryClient.invalidateQueries({ queryKey: ['alerts'] }),
      ]);
    },
    onError: (error) => form.setErrors(errorsAt(form.values, error)),
  });
  const unmarked = saving.error && isUnmarked(form.values, saving.error) ? saving.error : null;
  return (
    <form onSubmit={form.onSubmit((values) => saving.mutate(values))} noValidate>
      <Stack gap="md">
        {children}
        {unmarked && (
          <p className="note note-bad" role="alert">
            {wordsOf(unmarked)}
          </p>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending}>
            {isNew ? 'Create' : 'Save'} {name}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
