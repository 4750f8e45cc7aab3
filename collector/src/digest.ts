// Ids that whoever works them out finds alike: of alerts and deliveries, so that what is done twice is there once.
import { createHash } from 'node:crypto';

/** 32 hexadecimal digits of what the parts are, in their order. */
export const digestOf = (parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
