// The frame of a list that one can add to: the button in its head opens the form.
import { Button, Group } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { Frame } from './frame.tsx';

interface ListFrameProps<T> extends Omit<ComponentProps<typeof Frame<readonly T[]>>, 'aside' | 'isEmpty'> {
  /** What the button says. */
  add: string;
  /** Beside the button: where more is said. */
  docs?: ReactNode;
  form: (opened: boolean, onClose: () => void) => ReactNode;
}

export function ListFrame<T>({ add, docs, form, ...frame }: ListFrameProps<T>) {
  const [adding, setAdding] = useState(false);
  return (
    <>
      <Frame
        {...frame}
        isEmpty={(items) => items.length === 0}
        aside={
          <Group gap="sm">
            {docs}
            <Button
              variant="default"
              size="xs"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => setAdding(true)}
            >
              {add}
            </Button>
          </Group>
        }
      />
      {form(adding, () => setAdding(false))}
    </>
  );
}
