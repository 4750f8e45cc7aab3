// Mappings: attribute names that a company uses already, and the dimensions they say.
import { z } from 'zod';
import { instantSchema } from './basics.ts';

/** What an application can say of its calls; the other dimensions are the API's to say. */
export const MAPPABLE = [
  'feature',
  'userId',
  'customer',
  'promptVersion',
  'conversationId',
  'environment',
  'service',
  'workspace',
  'project',
] as const;
export const mappableSchema = z.enum(MAPPABLE, { error: `must be one of ${MAPPABLE.join(', ')}` });
export type Mappable = z.infer<typeof mappableSchema>;

const attributeNameSchema = z
  .string()
  .trim()
  .regex(
    /^[\w.\-/:@]{1,200}$/,
    'must be the name of an attribute, such as app.tenant: up to 200 letters, digits and . _ - / : @',
  );
const servicesSchema = z.array(z.string().trim().min(1).max(200)).max(100);

export const mappingInputSchema = z.strictObject({
  dimension: mappableSchema,
  /** Of the call's span or log record, else of its resource. */
  attribute: attributeNameSchema,
  /** `service.name` of the calls it holds for; empty: all. */
  services: servicesSchema.default([]),
});
export type MappingInput = z.output<typeof mappingInputSchema>;
export const mappingSchema = mappingInputSchema.extend({ id: z.string(), createdAt: instantSchema });
export type Mapping = z.infer<typeof mappingSchema>;
/** All ids, in the order in which the mappings are to be asked. */
export const mappingOrderSchema = z.strictObject({ ids: z.array(z.string()) });

/** Of the last calls told by spans and log records since the collector started. */
const seenShape = { calls: z.int(), since: instantSchema };
export const seenAttributesSchema = z.object({
  ...seenShape,
  /** Names that are not known to any convention first, then by calls. */
  attributes: z.array(
    z.object({
      name: z.string(),
      calls: z.int(),
      /** Where it stands: on the call's span or log record, or on its resource. */
      on: z.enum(['call', 'resource']),
      /** Of a namespace that a convention or an emitter defines. */
      known: z.boolean(),
    }),
  ),
});
export type SeenAttributes = z.infer<typeof seenAttributesSchema>;

export const previewQuerySchema = z.object({
  attribute: attributeNameSchema,
  services: z.preprocess(
    (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
    servicesSchema,
  ),
});
export const previewAnswerSchema = z.object({
  attribute: z.string(),
  ...seenShape,
  /** Calls of the services asked for that have the attribute. */
  callsWithIt: z.int(),
  /** Of them, those whose value was looked at: values are looked at from the first question about an attribute on. */
  callsRead: z.int(),
  /** Of those, calls whose value says no dimension: a list, a text, too long. */
  callsUnusable: z.int(),
  values: z.array(z.object({ value: z.string(), calls: z.int() })),
  /** Services whose calls have it. */
  services: z.array(z.object({ service: z.string().nullable(), calls: z.int() })),
});
export type MappingPreview = z.infer<typeof previewAnswerSchema>;
