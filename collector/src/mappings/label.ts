// What may become a dimension's value, and under which names. One rule for what a mapping takes and what its preview shows, so
// that the preview cannot promise anything else, and so that text of prompts and answers gets through neither:
// - a name whose last word says text (`prompt`, `content`, `question`) is never read, nor one that content.ts knows for content;
// - a value is a label: one line, at most 100 characters and four words of letters, digits and signs that ids are made of,
//   without the signs that sentences have.
import { fateOf } from '../ingest/content.ts';
import { judgedOnce } from '../ingest/judged.ts';
import type { AttributeValue } from '../ingest/otlp.ts';

const LABEL = /^[\p{L}\p{N}#@(][\p{L}\p{N}_.:@/+\-#&()=|~]*(?: [\p{L}\p{N}_.:@/+\-#&()=|~]+){0,3}$/u;
const SENTENCE_END = /[.:]$/;
const LONGEST = 100;
const TEXT_WORDS = new Set(
  (
    'answer answers argument arguments args body command completion completions content contents description document ' +
    'documents html input inputs instruction instructions json message messages messagesjson output outputs payload prompt prompts ' +
    'query question questions reasoning reply request response result results summary text texts thinking thought title transcript url uri'
  ).split(' '),
);

/** The value as a dimension has it; null when it is none. */
export function labelOf(value: AttributeValue | undefined): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text.length <= LONGEST && LABEL.test(text) && !SENTENCE_END.test(text) ? text : null;
}

/** Whether values under this name may be text of a prompt, an answer or a tool. */
export const mayHoldText = judgedOnce((name: string): boolean => {
  if (fateOf(name) === 'content') return true;
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1.$2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
  return TEXT_WORDS.has(words.at(-1) ?? '');
});
