// One table for every emitter that was captured: each scenario is decoded, read and compared with what the API really
// answered. What an emitter does not tell is declared below, so that a new gap fails and so does one that has closed.
// The table in docs/sources.md is written from here: SPANLEDGER_WRITE_DOCS=1 npx vitest run collector/src/ingest/dialects/corpus.test.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCorpus, verdictsOf, type Verdicts } from './corpus.ts';
import { EMITTERS } from './corpus-emitters.ts';
import { sourcesPage } from './corpus-page.ts';

const PAGE = join(import.meta.dirname, '../../../../docs/sources.md');

/** `all`, `streams`, `all but streams`, or the calls by name. */
function where(labels: readonly string[], compared: readonly string[], verdicts: Verdicts): string {
  const streams = new Set(verdicts.calls.filter((call) => call.stream).map((call) => call.label));
  const same = (all: readonly string[]) => all.length === labels.length && all.every((label) => labels.includes(label));
  if (same(compared)) return 'all';
  if (same(compared.filter((label) => streams.has(label)))) return 'streams';
  if (same(compared.filter((label) => !streams.has(label)))) return 'all but streams';
  return labels.toSorted().join(', ');
}

function gapsOf(verdicts: Verdicts): Record<string, string> {
  const gaps = [...verdicts.gaps].map(([gap, labels]) => {
    const field = gap.replace(/ (unknown|wrong|missing|too many)$/, '');
    return [gap, where(labels, verdicts.compared.get(field) ?? [], verdicts)] as const;
  });
  return Object.fromEntries(gaps);
}

const found = EMITTERS.map((emitter) => {
  const verdicts = verdictsOf(loadCorpus(emitter.corpus), (report) => emitter.sources.includes(report.source));
  return { emitter, verdicts, gaps: gapsOf(verdicts) };
});

test.each(found)('$emitter.title tells of its calls what is declared, and nothing else is missing or wrong', (row) => {
  expect(row.gaps).toEqual(row.emitter.gaps);
});

test('docs/sources.md is what this test found', () => {
  const page = sourcesPage(found);
  if (process.env['SPANLEDGER_WRITE_DOCS'] === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});
