// What a call can be sliced by, as names: what sources tell, and the bands of what was measured.
import { BANDED_DIMENSIONS } from './bands.ts';

/** What sources tell of a call. */
export const TOLD_DIMENSIONS = [
  'feature',
  'model',
  'userId',
  'customer',
  'promptVersion',
  'conversationId',
  'environment',
  'service',
  'serviceVersion',
  'workspace',
  'stopReason',
  'errorType',
  'errorCode',
  'outcome',
  'failure',
  'source',
  'project',
] as const;
export type ToldDimension = (typeof TOLD_DIMENSIONS)[number];
/** What a call can be sliced by. `null` as a value means: the call does not say. */
export const DIMENSIONS = [...TOLD_DIMENSIONS, ...BANDED_DIMENSIONS] as const;
export type Dimension = (typeof DIMENSIONS)[number];
