// What somebody set to be watched, as cards, and beside them the form that makes one or changes it.
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { useSearchParams } from 'react-router';
import { Frame } from '../../ui/frame.tsx';

interface EditedCardsProps<T> {
  title: string;
  /** Of one of them, as a sentence has it: "budget". */
  name: string;
  question: ComponentProps<typeof Frame<T[]>>['question'];
  /** What one is, to who has none. */
  empty: string;
  /** The address asks for a new one, with what it begins with. */
  isDrafted: boolean;
  card: (one: T, onEdit: () => void) => ReactNode;
  form: (edited: T | 'new' | null, onClose: () => void) => ReactNode;
}

export function EditedCards<T>({ title, name, question, empty, isDrafted, card, form }: EditedCardsProps<T>) {
  const [, setSearch] = useSearchParams();
  const [chosen, setEdited] = useState<T | 'new' | null>(null);
  const begin = () => setEdited('new');
  const close = () => {
    setEdited(null);
    if (isDrafted) setSearch({}, { replace: true });
  };
  return (
    <>
      <Frame
        title={title}
        question={question}
        height={220}
        className="frame-plain"
        isEmpty={(all) => all.length === 0}
        empty={
          <div>
            <p>{empty}</p>
            <Button onClick={begin}>Create the first {name}</Button>
          </div>
        }
        aside={
          <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={begin}>
            New {name}
          </Button>
        }
      >
        {(all) => <div className="cards">{all.map((one) => card(one, () => setEdited(() => one)))}</div>}
      </Frame>
      {form(chosen ?? (isDrafted ? 'new' : null), close)}
    </>
  );
}
