// One table for every emitter that was captured: each scenario is decoded, read and compared with what the API really
// answered. What an emitter does not tell is declared below, so that a new gap fails and so does one that has closed.
// The table in docs/sources.md is written from here: SPANLEDGER_WRITE_DOCS=1 npx vitest run collector/src/ingest/dialects/corpus.test.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../calls/report.ts';
import { keptOf, loadCorpus, verdictsOf, type MadeCall, type Verdicts } from './corpus.ts';
import { EMITTERS } from './corpus-emitters.ts';
import { sourcesPage } from './corpus-page.ts';

const PAGE = join(import.meta.dirname, '../../../../docs/sources.md');

/** As few words as say which calls: a group of them, a group but a few, or their names. */
function where(labels: readonly string[], compared: readonly string[], { calls }: Verdicts): string {
  const those = (test: (call: MadeCall) => boolean) => {
    const named = new Set(calls.filter(test).map((call) => call.label));
    return compared.filter((label) => named.has(label));
  };
  const groups = {
    all: compared,
    streams: those((call) => call.stream),
    'non-streams': those((call) => !call.stream),
    'answered calls': those((call) => call.served?.status === 200),
    'completed streams': those((call) => call.stream && call.usage !== null),
    'completed calls': those((call) => call.usage !== null),
  };
  for (const exceptions of [0, 1, 2, 3]) {
    for (const [name, group] of Object.entries(groups)) {
      const others = group.filter((label) => !labels.includes(label));
      const holds = labels.every((label) => group.includes(label));
      if (!holds || others.length !== exceptions || labels.length <= exceptions) continue;
      return exceptions === 0 ? name : `${name} but ${others.toSorted().join(', ')}`;
    }
  }
  for (const [name, group] of Object.entries(groups)) {
    const others = labels.filter((label) => !group.includes(label));
    const holds = group.length > 3 && group.every((label) => labels.includes(label));
    if (holds && others.length <= 3) return `${name} and ${others.toSorted().join(', ')}`;
  }
  return labels.toSorted().join(', ');
}

function gapsOf(verdicts: Verdicts): Record<string, string> {
  const gaps = [...verdicts.gaps].map(([gap, labels]) => {
    const field = gap.replace(/ (unknown|estimated|wrong|missing|too many)$/, '');
    return [gap, where(labels, verdicts.compared.get(field) ?? [], verdicts)] as const;
  });
  return Object.fromEntries(gaps);
}

const found = EMITTERS.map((emitter) => {
  const ofSource = (report: Report) => emitter.sources.includes(report.source);
  const verdicts = verdictsOf(loadCorpus(emitter.corpus), ofSource, emitter.signal);
  return { emitter, verdicts, gaps: gapsOf(verdicts) };
});

test.each(found)('$emitter.title tells of its calls what is declared, and nothing else is missing or wrong', (row) => {
  expect(row.gaps).toEqual(row.emitter.gaps);
});

test('no call of any emitter has a wrong cost without a flag, and none is counted twice', () => {
  const wrong = found.flatMap(({ emitter, gaps }) =>
    ['cost wrong', 'call too many'].filter((gap) => gap in gaps).map((gap) => `${emitter.title}: ${gap}: ${gaps[gap]}`),
  );
  expect(wrong).toEqual([]);
});

test('no text of a prompt or an answer is in what is kept of any emitter', () => {
  const said = /capital of France|From the cached|cached document|check the weather|Be brief|Long doc|city/;
  const corpora = new Set(EMITTERS.map((emitter) => emitter.corpus));
  const kept = [...corpora].flatMap((name) => keptOf(loadCorpus(name)));
  expect(kept.length).toBeGreaterThan(500);
  expect(kept.filter((text) => said.test(text))).toEqual([]);
});

test('docs/sources.md is what this test found', () => {
  const page = sourcesPage(found);
  if (process.env['SPANLEDGER_WRITE_DOCS'] === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});
