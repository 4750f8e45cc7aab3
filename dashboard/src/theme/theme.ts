// The Mantine theme and the CSS variables (--sl-...) made of the tokens.
import {
  createTheme,
  type CSSVariablesResolver,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from '@mantine/core';
import { DARK, DARKS, GRAYS, LIGHT, type Tokens } from './tokens.ts';

const scale = (light: string, dark: string): MantineColorsTuple => [
  dark,
  dark,
  dark,
  dark,
  dark,
  light,
  light,
  light,
  light,
  light,
];

export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.25rem' }, h2: { fontSize: '0.9375rem' }, h3: { fontSize: '0.875rem' } },
  },
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  colors: { ledger: scale(LIGHT.accent, DARK.accent), gray: [...GRAYS], dark: [...DARKS] },
  primaryColor: 'ledger',
  primaryShade: { light: 6, dark: 2 },
  autoContrast: true,
  // autoContrast judges the light shade only; a filled accent takes the text colour of the scheme it is shown in.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    return input.variant === 'filled' && input.color === 'ledger'
      ? { ...colors, color: 'var(--mantine-primary-color-contrast)' }
      : colors;
  },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
  },
});

function variables(tokens: Tokens): Record<string, string> {
  const own = Object.entries(tokens).flatMap(([name, value]: [string, string | readonly string[]]) =>
    typeof value === 'string'
      ? [[`--sl-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value]]
      : value.map((hex, index) => [`--sl-series-${index + 1}`, hex]),
  );
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    '--mantine-color-body': tokens.paper,
    '--mantine-color-text': tokens.ink,
    '--mantine-color-dimmed': tokens.muted,
    '--mantine-color-default': tokens.surface,
    '--mantine-color-default-hover': tokens.sunken,
    '--mantine-color-default-border': tokens.line,
    '--mantine-color-default-color': tokens.ink,
    '--mantine-color-placeholder': tokens.muted,
    '--mantine-color-anchor': tokens.accent,
    '--mantine-color-error': tokens.bad,
    '--mantine-primary-color-contrast': tokens.onAccent,
  };
}

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: variables(LIGHT),
  dark: variables(DARK),
});
