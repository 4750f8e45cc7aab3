// One way to check what a caller sends: a zod schema per target. Every refusal is a 400 whose body names the field.
import { zValidator } from '@hono/zod-validator';
import type { ValidationTargets } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { core, ZodType } from 'zod';
import { ApiError, invalidRequest } from './errors.ts';

/** Reads and checks one target of the request; the handler finds the result under `c.req.valid(target)`. */
export const validate = <Target extends keyof ValidationTargets, Schema extends ZodType>(
  target: Target,
  schema: Schema,
) =>
  zValidator(target, schema, (result) => {
    if (!result.success) throw refusal(result.error.issues);
  });

/** Before `validate('json', ...)`: a body of another type would be read as an empty object, and blamed for that. */
export const wantsJson = createMiddleware(async (c, next) => {
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
    throw new ApiError(415, 'unsupported_media_type', 'Send the body as application/json.');
  }
  await next();
});

/** The first of the issues as an ApiError. */
export function refusal(issues: readonly core.$ZodIssue[]): ApiError {
  const first = issues[0];
  if (first === undefined) return invalidRequest('The request is not valid.');
  const { path, message } = innermost(first, []);
  const field = path.map(String).join('.');
  return field === '' ? invalidRequest(message) : invalidRequest(`${field}: ${message}`, field);
}

/** Of a union, the branch that the caller came closest to; of an unknown key, the key. */
function innermost(issue: core.$ZodIssue, outer: readonly PropertyKey[]): { path: PropertyKey[]; message: string } {
  const path = [...outer, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = issue.errors.reduce((best, branch) => (branch.length < best.length ? branch : best));
    if (closest[0] !== undefined) return innermost(closest[0], path);
  }
  if (issue.code === 'unrecognized_keys' && issue.keys[0] !== undefined) {
    return { path: [...path, issue.keys[0]], message: 'is not known here' };
  }
  return { path, message: issue.message };
}
