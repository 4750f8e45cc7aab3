// The identity of a call that is told by a record without a span of its own: the same each time the record is sent.
import { createHash } from 'node:crypto';

/** 16 hex digits, as a span's id has. */
export const derivedSpanId = (...parts: readonly (string | number | null)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
