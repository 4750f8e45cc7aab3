// The way into the palette: a button, and Ctrl or Cmd and K from anywhere. The palette is loaded when it is first asked for.
import { ActionIcon } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { PageLink } from './commands.ts';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

export function PaletteButton({ pages }: { pages: readonly PageLink[] }) {
  const [asked, setAsked] = useState(0);
  const ask = () => setAsked((times) => times + 1);
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
      {asked > 0 && (
        <Suspense>
          <Palette asked={asked} pages={pages} />
        </Suspense>
      )}
    </>
  );
}
