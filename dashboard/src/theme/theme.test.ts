import { DEFAULT_THEME, mergeMantineTheme } from '@mantine/core';
import { describe, expect, it } from 'vitest';
import { cssVariables, theme } from './theme.ts';
import { DARK, LIGHT } from './tokens.ts';

describe('a filled primary button', () => {
  const merged = mergeMantineTheme(DEFAULT_THEME, theme);
  it('takes its text from the scheme, in the colours whose contrast palette.test.ts proves', () => {
    const { color } = merged.variantColorResolver({ variant: 'filled', color: 'ledger', theme: merged });
    expect(color).toBe('var(--mantine-primary-color-contrast)');
    const { light, dark } = cssVariables(merged);
    expect(light['--mantine-primary-color-contrast']).toBe(LIGHT.onAccent);
    expect(dark['--mantine-primary-color-contrast']).toBe(DARK.onAccent);
  });
  it('stands on the accent of the tokens', () => {
    expect(merged.colors['ledger']?.[6]).toBe(LIGHT.accent);
    expect(merged.colors['ledger']?.[2]).toBe(DARK.accent);
  });
});
