// What the API refused of a form, at the fields that it names. Pure.
import { ApiError } from '../../api/api.ts';
import { wordsOf } from '../../ui/frame.tsx';

/** The field of the form: the API names them as it knows them, "limit.usd", "scope.feature", "thresholds.0". */
function fieldOf(values: object, error: Error): string | null {
  const field = error instanceof ApiError ? (error.field?.split('.')[0] ?? '') : '';
  return field in values ? field : null;
}

export function errorsAt(values: object, error: Error): Record<string, string> {
  const field = fieldOf(values, error);
  return field === null ? {} : { [field]: wordsOf(error) };
}

/** Whether it has to be said beside the fields: a scope has a line for each of its own, and no place for one of all. */
export function isUnmarked(values: object, error: Error): boolean {
  const field = fieldOf(values, error);
  return field === null || field === 'scope';
}
