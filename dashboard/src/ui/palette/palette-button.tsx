// The way into the palette: a button, and Ctrl or Cmd and K from anywhere. The palette is loaded when it is first asked for.
import { ActionIcon } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { fetched } from '../../first/fetched.tsx';
import type { PageLink } from './commands.ts';

const Palette = fetched(async () => (await import('./palette.tsx')).Palette, { name: 'The search' });

export function PaletteButton({ pages }: { pages: readonly PageLink[] }) {
  const [asked, setAsked] = useState(0);
  const ask = () => {
    Palette.again();
    setAsked((times) => times + 1);
  };
  // Also from within a field.
  useHotkeys([['mod+K', ask]], []);
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        className="palette-button"
        aria-label="Go to a page, a value or a call"
        aria-keyshortcuts="Control+K Meta+K"
        title="Go to (Ctrl K)"
        onClick={ask}
      >
        <IconSearch size={18} aria-hidden />
      </ActionIcon>
      {asked > 0 && <Palette asked={asked} pages={pages} />}
    </>
  );
}
