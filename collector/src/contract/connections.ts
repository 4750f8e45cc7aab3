// Connections: by which ways calls have come in, so that whoever sets one up sees that it works.
import { z } from 'zod';
import { instantSchema } from './basics.ts';

/** As the connection guide lists them. */
export const WAYS = [
  'node',
  'python',
  'vercel-ai',
  'otel-collector',
  'claude-code',
  'claude-platform',
  'api',
  'import',
  'other',
] as const;
export const waySchema = z.enum(WAYS);
export type Way = z.infer<typeof waySchema>;

export const connectionsAnswerSchema = z.object({
  /** Those by which something came, in the order of the guide. */
  ways: z.array(
    z.object({
      way: waySchema,
      /** Reports, not calls: a call told twice by a way is two. 0: only a test came. */
      reports: z.int(),
      lastReceivedAt: instantSchema,
    }),
  ),
});
export type Connections = z.infer<typeof connectionsAnswerSchema>;
