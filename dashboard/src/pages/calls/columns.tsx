// The columns that the list of calls can have: a closed map from the short name in the URL to what stands in a cell and in a
// CSV. Which are shown, and in what order, is in the URL as `cols`.
import type { CallJson, CallsQuery } from '@spanledger/collector/contract';
import type { ReactNode } from 'react';
import { formatDuration } from '../../format.ts';
import { Dot } from '../../ui/dot.tsx';
import { Count, Usd } from '../../ui/figures.tsx';
import { Ending } from './ending.tsx';
import { promptTokensOf } from './similar.ts';

export type Order = CallsQuery['order'];

interface Column {
  head: string;
  /** What the head is short for. */
  title?: string;
  /** In pixels, at least; what is left over is shared out. */
  width: number;
  right?: true;
  /** What a click on the head orders by, largest first. */
  order?: Order;
  cell: (call: CallJson) => ReactNode;
  /** Exact: what a CSV holds under which name; null is left empty. */
  csv: string;
  value: (call: CallJson) => string | number | null;
}

const count = (
  head: string,
  csv: string,
  value: (call: CallJson) => number | null,
  more: Partial<Column> = {},
): Column => ({ head, width: 76, right: true, csv, value, cell: (call) => <Count value={value(call)} />, ...more });

type Text = { [Field in keyof CallJson]: CallJson[Field] extends string | null ? Field : never }[keyof CallJson];
const text = (head: string, field: Text, width: number): Column => ({
  head,
  width,
  csv: field,
  value: (call) => call[field],
  cell: (call) => <Told value={call[field]} />,
});

const duration = (head: string, field: 'durationMs' | 'ttftMs' | 'serverMs', more: Partial<Column> = {}): Column => ({
  head,
  width: 90,
  right: true,
  csv: field,
  value: (call) => call[field],
  cell: (call) => <span className={call[field] === null ? 'is-unknown' : 'figure'}>{formatDuration(call[field])}</span>,
  ...more,
});

export const COLUMNS = {
  feature: {
    head: 'Feature',
    width: 140,
    csv: 'feature',
    value: ({ feature }) => feature,
    cell: ({ feature }) => <Dot dimension="feature" value={feature} />,
  },
  model: {
    head: 'Model',
    // Room for an id with the date of its snapshot.
    width: 192,
    csv: 'model',
    value: ({ model, requestModel }) => model ?? requestModel,
    cell: ({ model, requestModel }) => <Told value={model ?? requestModel} />,
  },
  cost: {
    head: 'Cost',
    width: 86,
    right: true,
    order: 'costUsd',
    csv: 'costUsd',
    value: ({ costUsd }) => costUsd,
    cell: ({ costUsd, unpricedReason }) => (
      <span title={unpricedReason ?? undefined}>
        <Usd value={costUsd} />
      </span>
    ),
  },
  prompt: count('Prompt', 'promptTokens', promptTokensOf, {
    order: 'promptTokens',
    title: 'All tokens of the prompt, cached or not',
  }),
  in: count('In', 'inputTokens', ({ usage }) => usage.inputTokens, { title: 'Input tokens, uncached' }),
  cached: count('Cached', 'cacheReadTokens', ({ usage }) => usage.cacheReadTokens, {
    title: 'Tokens read from the cache',
  }),
  write5m: count('Write 5m', 'cacheWrite5mTokens', ({ usage }) => usage.cacheWrite5mTokens, {
    title: 'Tokens written to the cache for 5 minutes',
  }),
  write1h: count('Write 1h', 'cacheWrite1hTokens', ({ usage }) => usage.cacheWrite1hTokens, {
    title: 'Tokens written to the cache for an hour',
  }),
  out: count('Out', 'outputTokens', ({ usage }) => usage.outputTokens, {
    order: 'outputTokens',
    title: 'Output tokens, thinking included',
  }),
  thinking: count('Thinking', 'thinkingTokens', ({ usage }) => usage.thinkingTokens, {
    title: 'Thinking tokens, a part of the output',
  }),
  duration: duration('Duration', 'durationMs', { order: 'durationMs' }),
  ttft: duration('First token', 'ttftMs', { order: 'ttftMs', width: 96 }),
  server: duration('Servers', 'serverMs', { title: 'How long Anthropic’s servers say it took' }),
  ended: {
    head: 'Ended',
    width: 136,
    csv: 'ended',
    value: ({ outcome, errorType, stopReason }) => errorType ?? (outcome === 'ok' ? stopReason : outcome),
    cell: (call) => <Ending call={call} />,
  },
  retries: count('Retries', 'retries', ({ retries }) => retries),
  http: count('HTTP', 'httpStatus', ({ httpStatus }) => httpStatus, { width: 64 }),
  user: text('User', 'userId', 140),
  customer: text('Customer', 'customer', 120),
  version: text('Prompt version', 'promptVersion', 120),
  conversation: text('Conversation', 'conversationId', 130),
  environment: text('Environment', 'environment', 100),
  service: text('Service', 'service', 120),
  release: text('Service version', 'serviceVersion', 110),
  workspace: text('Workspace', 'workspace', 110),
  project: text('Project', 'project', 100),
  platform: text('Platform', 'platform', 100),
  source: text('Source', 'source', 110),
  request: text('Request id', 'requestId', 190),
  trace: text('Trace id', 'traceId', 190),
} satisfies Record<string, Column>;

export type ColumnName = keyof typeof COLUMNS;
export const COLUMN_NAMES = Object.keys(COLUMNS) as ColumnName[];
export const columnOf = (name: ColumnName): Column => COLUMNS[name];

const DEFAULT: readonly ColumnName[] = [
  'feature',
  'model',
  'cost',
  'prompt',
  'cached',
  'out',
  'duration',
  'ttft',
  'ended',
  'user',
];
const ON_PHONE: readonly ColumnName[] = ['cost', 'feature', 'duration', 'ended'];

/** Those of the URL, in its order; unknown names are passed over. */
export function readColumns(search: URLSearchParams, phone: boolean): readonly ColumnName[] {
  const asked = (search.get('cols') ?? '')
    .split(',')
    .filter((name): name is ColumnName => Object.hasOwn(COLUMNS, name));
  if (asked.length > 0) return [...new Set(asked)];
  return phone ? ON_PHONE : DEFAULT;
}

/** A copy of the search with these columns; the usual ones are left out. */
export function writeColumns(search: URLSearchParams, columns: readonly ColumnName[], phone: boolean): URLSearchParams {
  const next = new URLSearchParams(search);
  if (columns.length === 0 || columns.join() === (phone ? ON_PHONE : DEFAULT).join()) next.delete('cols');
  else next.set('cols', columns.join(','));
  return next;
}

function Told({ value }: { value: string | null }) {
  return value === null || value === '' ? (
    <span className="is-muted">–</span>
  ) : (
    <span className="told" title={value}>
      {value}
    </span>
  );
}
