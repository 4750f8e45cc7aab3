// Saved views: a page of the dashboard with its window, filters and order, under a name. Everyone who reads the ledger sees them.
import { z } from 'zod';
import { instantSchema } from './basics.ts';

export const viewInputSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  /** The dashboard's page: "/", "/calls". */
  path: z
    .string()
    .max(300)
    .regex(/^\/(?![/\\])[^?#]*$/, 'must be a path of the dashboard, such as /calls'),
  /** The page's search without "?"; empty for its defaults. */
  search: z.string().max(4_000).default(''),
});
export const viewSchema = viewInputSchema.extend({ id: z.string(), createdAt: instantSchema });
export type View = z.infer<typeof viewSchema>;
