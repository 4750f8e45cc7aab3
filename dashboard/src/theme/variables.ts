// The CSS variables (--sl-..., and those of Mantine's that everything shows) made of the tokens; and what has them on a page before
// Mantine is there.
import { DARK, LIGHT, type Tokens } from './tokens.ts';

export const FONT_FAMILY = "'Inter Variable', system-ui, sans-serif";

export function variablesOf(tokens: Tokens): Record<string, string> {
  const own = Object.entries(tokens).flatMap(([name, value]: [string, string | readonly string[]]) =>
    typeof value === 'string'
      ? [[`--sl-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value]]
      : value.map((hex, index) => [`--sl-${name}-${index + 1}`, hex]),
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

/** Where Mantine keeps what the reader chose: light, dark, or auto. */
const CHOSEN = 'mantine-color-scheme-value';

function chosenScheme(): string | null {
  try {
    return localStorage.getItem(CHOSEN);
  } catch {
    return null; // a storage that is forbidden costs the choice, nothing else
  }
}

/** Light or dark as the reader chose, or as the system is: what Mantine will find as well. */
function schemeNow(): 'light' | 'dark' {
  const chosen = chosenScheme();
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Colours and type, before Mantine says the same. */
export function dressPage(): void {
  const scheme = schemeNow();
  document.documentElement.dataset['mantineColorScheme'] = scheme;
  const style = document.createElement('style');
  const variables = { '--mantine-font-family': FONT_FAMILY, ...variablesOf(scheme === 'dark' ? DARK : LIGHT) };
  const lines = Object.entries(variables).map(([name, value]) => `${name}: ${value};`);
  style.textContent = `:root[data-mantine-color-scheme='${scheme}'] { ${lines.join(' ')} }`;
  document.head.append(style);
}
