import { describe, expect, it } from 'vitest';
import { createPalette } from './palette.ts';
import { DARK, LIGHT } from './tokens.ts';

function memory(start: Record<string, string> = {}) {
  const items = { ...start };
  return {
    items,
    getItem: (key: string) => items[key] ?? null,
    setItem: (key: string, value: string) => void (items[key] = value),
  };
}

describe('colour by identity', () => {
  it('gives a value the same colour each time, and its neighbours others', () => {
    const palette = createPalette(null);
    const first = palette.colourOf('feature', 'chat');
    expect(palette.colourOf('feature', 'search')).not.toBe(first);
    expect(palette.colourOf('feature', 'chat')).toBe(first);
  });
  it('keeps colours after a reload, whatever is seen first then', () => {
    const storage = memory();
    const before = createPalette(storage);
    const [chat, search] = [before.colourOf('feature', 'chat'), before.colourOf('feature', 'search')];
    const after = createPalette(storage);
    expect([after.colourOf('feature', 'search'), after.colourOf('feature', 'chat')]).toEqual([search, chat]);
  });
  it('agrees with other browsers, whatever they saw first, unless two names want one hue', () => {
    const [one, other] = [createPalette(null), createPalette(null)];
    const names = ['claude-opus-5-5', 'claude-haiku-5-5'];
    const seen = names.map((name) => one.colourOf('model', name));
    expect(names.toReversed().map((name) => other.colourOf('model', name))).toEqual(seen.toReversed());
    expect(new Set(seen).size).toBe(2);
  });
  it('uses all eight hues before one comes twice, and then still answers the same', () => {
    const palette = createPalette(null);
    const eight = Array.from({ length: 8 }, (_, index) => palette.colourOf('model', `model-${index}`));
    expect(new Set(eight).size).toBe(8);
    expect(eight).toContain(palette.colourOf('model', 'model-9'));
    expect(palette.colourOf('model', 'model-9')).toBe(palette.colourOf('model', 'model-9'));
  });
  it('takes no hue for why an answer ended: that has colours by what it means', () => {
    const palette = createPalette(null);
    expect(palette.colourOf('stopReason', 'max_tokens')).toBe('var(--sl-warn)');
    expect(palette.colourOf('stopReason', 'refusal')).toBe('var(--sl-bad)');
    // The same answers, as what went wrong.
    expect(palette.colourOf('failure', 'refusal')).toBe('var(--sl-bad)');
    expect(palette.colourOf('stopReason', 'one_that_is_new')).toMatch(/^var\(--sl-series-\d\)$/);
  });
  it('keeps the neutral colour for what is not set', () => {
    expect(createPalette(null).colourOf('feature', null)).toBe('var(--sl-neutral)');
  });
  it('survives names of Object.prototype and a storage full of nonsense', () => {
    const palette = createPalette(memory({ 'spanledger.palette.v1': '{"feature":{"x":"red"},"model":7' }));
    expect(palette.colourOf('__proto__', 'constructor')).toMatch(/^var\(--sl-series-\d\)$/);
    expect(palette.colourOf('feature', 'toString')).toMatch(/^var\(--sl-series-\d\)$/);
  });
});

// Linear RGB as seen without the red or the green cones (Machado, Oliveira, Fernandes 2009, severity 1).
const SIGHT = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
} as const;

function linear(hex: string): [number, number, number] {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}
function oklab(hex: string, m: readonly number[]): number[] {
  const [red, green, blue] = linear(hex);
  const row = (at: number) => Math.min(1, Math.max(0, m[at]! * red + m[at + 1]! * green + m[at + 2]! * blue));
  const [r, g, b] = [row(0), row(3), row(6)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const a = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * a - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * a + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * a - 0.808675766 * s,
  ];
}
const distance = (one: string, other: string, m: readonly number[]) =>
  Math.hypot(...oklab(one, m).map((value, at) => value - oklab(other, m)[at]!)) * 100;
const luminance = (hex: string) =>
  linear(hex).reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at]!, 0);
function contrast(one: string, other: string) {
  const [dim, bright] = [luminance(one), luminance(other)].toSorted((a, b) => a - b) as [number, number];
  return (bright + 0.05) / (dim + 0.05);
}

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
] as const)('the %s theme', (_, tokens) => {
  it.each(Object.entries(SIGHT))('keeps neighbouring series apart for %s sight', (_sight, matrix) => {
    const worst = Math.min(...tokens.series.slice(1).map((hex, at) => distance(hex, tokens.series[at]!, matrix)));
    expect(worst).toBeGreaterThan(8);
  });
  it('shows every series against the surface', () => {
    for (const hex of tokens.series) expect(contrast(hex, tokens.surface)).toBeGreaterThan(2.2);
  });
  it.each(Object.entries(SIGHT))('keeps percentiles and the first token apart for %s sight', (_sight, matrix) => {
    const lines = [...tokens.percentiles, tokens.firstToken];
    const pairs = lines.flatMap((one, at) => lines.slice(0, at).map((other) => distance(one, other, matrix)));
    expect(Math.min(...pairs)).toBeGreaterThan(8);
  });
  it('gives percentiles no hue that a name can have, and shows each against the surface', () => {
    for (const hex of tokens.percentiles)
      for (const name of tokens.series) expect(distance(hex, name, SIGHT.normal), `${hex} ${name}`).toBeGreaterThan(8);
    for (const hex of [...tokens.percentiles, tokens.firstToken])
      expect(contrast(hex, tokens.surface), hex).toBeGreaterThanOrEqual(3);
  });
  it('shows what is folded together, and what nobody named, against the surface', () => {
    // By day they are light on paper: what they are is written beside them.
    const least = tokens === DARK ? 3 : 1.8;
    for (const hex of [tokens.others, tokens.neutral]) expect(contrast(hex, tokens.surface)).toBeGreaterThan(least);
  });
  it('has text that meets WCAG AA on every ground it stands on', () => {
    for (const ground of [tokens.paper, tokens.surface, tokens.sunken]) {
      for (const text of [tokens.ink, tokens.muted, tokens.accent, tokens.good, tokens.warn, tokens.bad])
        expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(tokens.warn, tokens.warnSoft)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(tokens.bad, tokens.badSoft)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(tokens.onAccent, tokens.accent)).toBeGreaterThanOrEqual(4.5);
  });
});
