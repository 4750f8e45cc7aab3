// Every colour of the dashboard, light and dark. The only file with hex values. A ledger's look: warm paper, dark ink,
// hairlines, one green. Eight series hues, in an order in which neighbours stay apart for colour-blind eyes (palette.test.ts).

export interface Tokens {
  paper: string;
  surface: string;
  sunken: string;
  line: string;
  lineStrong: string;
  ink: string;
  muted: string;
  accent: string;
  accentSoft: string;
  onAccent: string;
  good: string;
  warn: string;
  warnSoft: string;
  bad: string;
  badSoft: string;
  /** Under what floats over the page. */
  shadow: string;
  /** A value nobody named, and what is folded into "all others". */
  neutral: string;
  others: string;
  series: readonly string[];
  /** P99, P95 and the median: steps of the one green, the higher the further from the surface. The hues are for names. */
  percentiles: readonly string[];
  /** How long until the first token, beside them. */
  firstToken: string;
}

/** The component library's two neutral scales, warmed to the paper: light to dark. */
export const GRAYS = [
  '#faf8f3',
  '#f1eee5',
  '#e9e5da',
  '#e5e0d3',
  '#d3ccbc',
  '#b9b29f',
  '#8f897a',
  '#676254',
  '#45423a',
  '#1d1c17',
] as const;
export const DARKS = [
  '#ecebe3',
  '#c9c6ba',
  '#a09c8e',
  '#7d796c',
  '#3f3d35',
  '#31302a',
  '#23231e',
  '#1b1b17',
  '#131310',
  '#0d0d0b',
] as const;

export const LIGHT: Tokens = {
  paper: '#f6f4ee',
  surface: '#fffefa',
  sunken: '#f1eee5',
  line: '#e5e0d3',
  lineStrong: '#b9b29f',
  ink: '#1d1c17',
  muted: '#676254',
  accent: '#17544a',
  accentSoft: '#e0ebe3',
  onAccent: '#fffefa',
  good: '#0e6b3a',
  warn: '#8a5300',
  warnSoft: '#fbf0d6',
  bad: '#b3261e',
  badSoft: '#fbe6e1',
  shadow: '#00000024',
  neutral: '#8f897a',
  others: '#c3bdae',
  series: ['#2a78d6', '#1baf7a', '#e59a00', '#006d2c', '#4a3aa7', '#e34948', '#e87ba4', '#c4561f'],
  percentiles: ['#07231f', '#17544a', '#6b9c90'],
  firstToken: '#7a7364',
};

export const DARK: Tokens = {
  paper: '#131310',
  surface: '#1b1b17',
  sunken: '#23231e',
  line: '#31302a',
  lineStrong: '#5d5a4f',
  ink: '#ecebe3',
  muted: '#a09c8e',
  accent: '#7cc7ae',
  accentSoft: '#20352e',
  onAccent: '#10201b',
  good: '#66c68c',
  warn: '#e0a84e',
  warnSoft: '#352a15',
  bad: '#f0857a',
  badSoft: '#3a1f1b',
  shadow: '#00000070',
  neutral: '#8d897c',
  others: '#6e6a5e',
  series: ['#3987e5', '#22a97e', '#d19212', '#1b8a3a', '#9085e9', '#e66767', '#e9a0c4', '#d9622c'],
  percentiles: ['#dff3ea', '#7cc7ae', '#4a7a6c'],
  firstToken: '#9a9485',
};
