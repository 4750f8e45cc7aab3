// For a name with a typo: the known one it is most like.
import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean "percentOff"?`, or nothing when no known name is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const nearest = closest(name, known);
  return distance(name, nearest) <= Math.max(2, Math.floor(name.length / 4)) ? `; did you mean "${nearest}"?` : '';
}
