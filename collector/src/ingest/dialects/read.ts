// Typed looks at a span's attributes, shared by the dialects: the value if it has the type asked for, else null.
// A count that is negative or no integer is null: unknown, not zero.
import { LARGEST_COUNT } from '../../calls/report.ts';
import type { Attributes } from '../otlp.ts';

export const readText = (attributes: Attributes, ...keys: string[]): string | null => {
  for (const key of keys) {
    const value = attributes[key];
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  }
  return null;
};

export const readCount = (attributes: Attributes, ...keys: string[]): number | null => {
  for (const key of keys) {
    const value = attributes[key];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LARGEST_COUNT) return value;
  }
  return null;
};

export const readNumber = (attributes: Attributes, key: string): number | null => {
  const value = attributes[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

export const readFlag = (attributes: Attributes, key: string): boolean | null => {
  const value = attributes[key];
  return typeof value === 'boolean' ? value : null;
};

/** The JSON an attribute holds as a string; null when absent or not JSON. */
export const readJson = (attributes: Attributes, key: string): unknown => {
  const value = attributes[key];
  if (typeof value !== 'string') return null;
  try {
    return JSON.parse(value);
  } catch {
    return null; // another emitter's idea of this name: as good as absent
  }
};

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
