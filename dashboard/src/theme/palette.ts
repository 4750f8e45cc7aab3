// Colour by identity: a hash of its name chooses the series slot of a value, so that two browsers agree on it; where another value
// has that slot already, the next free one is taken, and there two browsers agree only if they met the two in the same order. A value keeps its slot in every panel, in both themes, and (through the
// storage) after a reload. When the slots are used up, the hash alone chooses.
import { LIGHT } from './tokens.ts';

const SLOTS = LIGHT.series.length;
const KEY = 'spanledger.palette.v1';

export interface PaletteStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export interface Palette {
  /** A CSS colour for the value; null (not set) is always the neutral one. */
  colourOf(dimension: string, value: string | null): string;
}

/**
 * Why an answer ended has colours of its own, by what it means: the hues are for names that somebody gave. Whole answers are
 * calm, cut short ones warn.
 */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['end_turn', 'var(--sl-accent)'],
  ['tool_use', 'var(--sl-others)'],
  ['stop_sequence', 'var(--sl-percentiles-3)'],
  ['pause_turn', 'var(--sl-muted)'],
  ['max_tokens', 'var(--sl-warn)'],
  ['model_context_window_exceeded', 'var(--sl-ink)'],
  ['refusal', 'var(--sl-bad)'],
]);

export function createPalette(storage: PaletteStorage | null): Palette {
  const slots = readSlots(storage);
  return {
    colourOf(dimension, value) {
      if (value === null || value === '') return 'var(--sl-neutral)';
      // A refusal is a kind of failure as well.
      const isEnding = dimension === 'stopReason' || (dimension === 'failure' && value === 'refusal');
      const ending = isEnding ? ENDINGS.get(value) : undefined;
      if (ending !== undefined) return ending;
      const known = (slots[dimension] ??= Object.create(null) as Record<string, number>);
      let slot = known[value];
      if (slot === undefined) {
        const taken = new Set(Object.values(known));
        const wanted = hash(value) % SLOTS;
        if (taken.size >= SLOTS) return seriesColour(wanted);
        slot = wanted;
        while (taken.has(slot)) slot = (slot + 1) % SLOTS;
        known[value] = slot;
        try {
          storage?.setItem(KEY, JSON.stringify(slots));
        } catch {
          // A full or forbidden storage costs the colour after a reload, nothing else.
        }
      }
      return seriesColour(slot);
    },
  };
}

const seriesColour = (slot: number) => `var(--sl-series-${slot + 1})`;

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return value;
}

function readSlots(storage: PaletteStorage | null): Record<string, Record<string, number>> {
  const slots: Record<string, Record<string, number>> = Object.create(null) as Record<string, Record<string, number>>;
  try {
    const stored: unknown = JSON.parse(storage?.getItem(KEY) ?? '{}');
    for (const [dimension, values] of Object.entries(stored as object)) {
      const known = (slots[dimension] = Object.create(null) as Record<string, number>);
      for (const [value, slot] of Object.entries(values as object))
        if (Number.isInteger(slot) && slot >= 0 && slot < SLOTS) known[value] = slot as number;
    }
  } catch {
    // What is stored is not ours: begin anew.
  }
  return slots;
}

export const palette = createPalette(typeof localStorage === 'undefined' ? null : localStorage);
