// Which calls a budget or a monitor is about: one value for each dimension it names.
import { z } from 'zod';
import { DIMENSIONS } from './dimensions.ts';

export const dimensionSchema = z.enum(DIMENSIONS);

/** Every named dimension must match, the empty value means "not set"; {} is everything. */
export const scopeSchema = z.partialRecord(dimensionSchema, z.string()).default({});
export type Scope = z.output<typeof scopeSchema>;

/** The scope as filters of a question. */
export const whereOfScope = (scope: Scope): string[] =>
  Object.entries(scope).map(([dimension, value]) => `${dimension}:${value}`);
