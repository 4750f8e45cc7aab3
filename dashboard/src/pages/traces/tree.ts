// Spans -> the rows of a waterfall. Pure. What is folded is the reader's choice; spans whose parent is not there stand
// under a root that says so.
import type { TraceSpan } from '@spanledger/collector/contract';

export interface TraceNode {
  id: string;
  /** Null for the root that gathers the orphans. */
  span: TraceSpan | null;
  parent: TraceNode | null;
  children: TraceNode[];
}

export interface TraceTree {
  tops: TraceNode[];
  byId: ReadonlyMap<string, TraceNode>;
}

/** No span's id: those are hexadecimal, or begin with `call:`. */
export const ORPHANS = 'orphans';

export function treeOf(spans: readonly TraceSpan[]): TraceTree {
  const byId = new Map<string, TraceNode>();
  for (const span of spans) byId.set(span.spanId, { id: span.spanId, span, parent: null, children: [] });
  const tops: TraceNode[] = [];
  const orphans: TraceNode = { id: ORPHANS, span: null, parent: null, children: [] };
  for (const node of byId.values()) {
    const { parentSpanId, orphan } = node.span!;
    // A parent beyond the bound of the answer is as absent as one that never came.
    const parent = parentSpanId === null ? null : orphan ? orphans : (byId.get(parentSpanId) ?? orphans);
    node.parent = parent;
    (parent?.children ?? tops).push(node);
  }
  if (orphans.children.length > 0) {
    byId.set(ORPHANS, orphans);
    tops.push(orphans);
  }
  for (const { children } of [...byId.values(), { children: tops }]) children.sort(byTime);
  return { tops, byId };
}

const byTime = (one: TraceNode, other: TraceNode): number =>
  (one.span?.offsetMs ?? Infinity) - (other.span?.offsetMs ?? Infinity) || (one.id < other.id ? -1 : 1);

/** One row, with what assistive technology wants to know of its place. */
export interface TraceRow {
  node: TraceNode;
  /** From 1. */
  level: number;
  place: number;
  siblings: number;
  /** Null for a leaf. */
  expanded: boolean | null;
}

export function rowsOf({ tops }: TraceTree, folded: ReadonlySet<string>): TraceRow[] {
  const rows: TraceRow[] = [];
  // A stack of its own: a chain of thousands of spans would be too deep for calls.
  const open: TraceRow[] = [];
  const push = (nodes: readonly TraceNode[], level: number) => {
    for (let index = nodes.length - 1; index >= 0; index--) {
      const node = nodes[index]!;
      const expanded = node.children.length === 0 ? null : !folded.has(node.id);
      open.push({ node, level, place: index + 1, siblings: nodes.length, expanded });
    }
  };
  push(tops, 1);
  for (let row = open.pop(); row !== undefined; row = open.pop()) {
    rows.push(row);
    if (row.expanded) push(row.node.children, row.level + 1);
  }
  return rows;
}

/** The ids above a node, from the nearest. */
export function idsAbove(node: TraceNode | undefined): string[] {
  const ids: string[] = [];
  for (let at = node?.parent ?? null; at !== null; at = at.parent) ids.push(at.id);
  return ids;
}

const FOLDED_FROM = 500;
/** What is folded at first: nothing in a trace one can read, else all below the second level. Never what leads to `shown`. */
export function foldedAtFirst(tree: TraceTree, shown?: string): Set<string> {
  if (tree.byId.size <= FOLDED_FROM) return new Set();
  const above = new Set(idsAbove(shown === undefined ? undefined : tree.byId.get(shown)));
  const folded = new Set<string>();
  for (const node of tree.byId.values())
    if (node.parent !== null && node.children.length > 0 && !above.has(node.id)) folded.add(node.id);
  return folded;
}

/** All but the way to `shown` and what lies within it: for a waterfall around one call. */
export function foldedAround(tree: TraceTree, shown: string): Set<string> {
  const above = new Set([shown, ...idsAbove(tree.byId.get(shown))]);
  const folded = new Set<string>();
  for (const node of tree.byId.values()) if (node.children.length > 0 && !above.has(node.id)) folded.add(node.id);
  return folded;
}
