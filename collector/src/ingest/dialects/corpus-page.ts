// docs/sources.md from what the table test found.
import type { Verdicts } from './corpus.ts';
import type { Emitter } from './corpus-emitters.ts';

export interface Row {
  emitter: Emitter;
  verdicts: Verdicts;
  gaps: Readonly<Record<string, string>>;
}

const FIELDS = [
  ['call', 'calls seen'],
  ['input tokens', 'input'],
  ['cache reads', 'cache reads'],
  ['cache writes', 'cache writes'],
  ['1-hour cache writes', '5 min / 1 h split'],
  ['output tokens', 'output'],
  ['thinking tokens', 'thinking'],
  ['web searches', 'web searches'],
  ['stop reason', 'stop reason'],
  ['error type', 'error type'],
  ['HTTP status', 'HTTP status'],
  ['message id', 'message id'],
  ['request id', 'request id'],
  ['cost', 'exact cost'],
] as const;

/** Of the calls a field was compared for, how many agree with the truth. */
function cell({ verdicts }: Row, field: string): string {
  const compared = verdicts.compared.get(field) ?? [];
  const off = new Set(
    [...verdicts.gaps].filter(([gap]) => gap.startsWith(`${field} `)).flatMap(([, labels]) => labels),
  );
  const right = compared.filter((label) => !off.has(label)).length;
  if (compared.length === 0) return '·';
  return right === compared.length ? 'all' : right === 0 ? '—' : `${right} of ${compared.length}`;
}

export function sourcesPage(rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    '# What each source tells',
    '',
    'Each emitter below was run against a stand-in for the API through the same scenarios (plain, cached, streamed, with tools,',
    'retried, refused, aborted, broken), and what the collector reads from its export was compared with what the stand-in',
    'answered. A cell says for how many kinds of calls the collector knows the fact: *all*, none (—), or how many. What is not',
    'known is null, never 0; a cost that differs from the exact one is flagged as an estimate, and a call whose tokens are not',
    'all told is unpriced. This page is written by `collector/src/ingest/dialects/corpus.test.ts`.',
    '',
    line(['source', ...FIELDS.map(([, title]) => title)]),
    line(['---', ...FIELDS.map(() => '---')]),
    ...rows.map((row) => line([row.emitter.title, ...FIELDS.map(([field]) => cell(row, field))])),
    '',
    '## Also read',
    '',
    'Without an export of all scenarios, from what their packages write; tests are beside each dialect:',
    '',
    '- generations of the **Langfuse** SDK: as exact as the usage the application gives; without cache counts unpriced;',
    '- runs of **LangChain** through LangSmith: a stream that LangChain added up is unpriced;',
    '- **OpenLIT for Python**: unpriced where it tells no cache counts;',
    '- any span with the names of the **OpenTelemetry GenAI** conventions, old or new, in any language (source `gen-ai`): input',
    '  tokens are taken to include cached ones, as the convention has it, and the report says so; without cache counts unpriced.',
    '',
    'Sums (agents, chains, workflows, tool runners) and models that are not Claude stay spans of their trace and are never calls.',
    'Claude on Amazon Bedrock and Google Cloud is Claude.',
    '',
    '## Gaps by name',
    '',
    'Scenario names are those of the captured exports.',
    ...rows.flatMap(({ emitter, gaps }) => [
      '',
      `### ${emitter.title}`,
      '',
      ...(Object.keys(gaps).length === 0 ? ['None.'] : []),
      ...Object.entries(gaps)
        .toSorted(([a], [b]) => a.localeCompare(b, 'en'))
        .map(([gap, calls]) => `- ${gap}: ${calls}`),
    ]),
    '',
  ].join('\n');
}
