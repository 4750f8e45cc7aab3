// A YAML or JSON text -> its content, and where each part of it stands. JSON is read as the YAML it is.
import { isMap, isScalar, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import type { PriceFileError } from '../contract.ts';

export type Path = readonly (string | number)[];

export interface Located {
  content: unknown;
  /** Of the value, or of its key; of what is missing, of the nearest around it. Line and column from 1. */
  placeOf(path: Path, of: 'value' | 'key'): { line: number; column: number };
}

/** `asWritten` are the fields whose numbers are read as their text: 0.10 as "0.10", never through a float. */
export function locate(source: string, asWritten: ReadonlySet<unknown>): Located | PriceFileError {
  const lineCounter = new LineCounter();
  const document = parseDocument(source, { lineCounter, prettyErrors: false });
  const place = (offset: number): { line: number; column: number } => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  const [error] = document.errors; // what follows the first is guesswork
  if (error !== undefined) {
    // The parser's own words for this one are advice to whoever calls it.
    const why = error.code === 'MULTIPLE_DOCS' ? 'a second document begins here; one is read' : error.message;
    return { ...place(error.pos[0]), field: null, message: `is not valid YAML: ${why}` };
  }
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !asWritten.has(key.value) || !isScalar(value)) return;
      if (typeof value.value === 'number') value.value = value.source ?? String(value.value);
    },
  });
  try {
    return { content: document.toJS(), placeOf: (path, of) => place(offsetOf(document, path, of)) };
  } catch {
    return { line: null, column: null, field: null, message: 'has too many aliases' };
  }
}

function offsetOf(document: Document, path: Path, of: 'value' | 'key'): number {
  for (let length = path.length; length > 0; length--) {
    const here = path.slice(0, length);
    const name = here.at(-1);
    const parent: unknown = length === 1 ? document.contents : document.getIn(here.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === name) : undefined;
    const node = (of === 'key' ? pair?.key : document.getIn(here, true)) as Node | null | undefined;
    if (node?.range) return node.range[0];
    if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
  }
  return (document.contents as Node | null)?.range?.[0] ?? 0;
}
