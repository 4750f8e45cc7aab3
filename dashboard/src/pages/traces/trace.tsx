// One trace: what it came to, its waterfall with the span that is open beside it, and the agent runs in it.
import { Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { TraceJson } from '@spanledger/collector/contract';
import { useMemo } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { useTrace } from '../../api/questions.ts';
import { formatInstant } from '../../format.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { Frame, isMissing } from '../../ui/frame.tsx';
import { useTitle } from '../../ui/page-name.tsx';
import { useFilters } from '../../url/use-filters.ts';
import { AgentRuns } from './agent-runs.tsx';
import { SpanDetail } from './span-detail.tsx';
import { TraceFigures } from './trace-figures.tsx';
import { TraceLegend } from './trace-legend.tsx';
import { foldedAtFirst, treeOf } from './tree.ts';
import { Waterfall } from './waterfall.tsx';

/** Below it a span opens in a drawer: beside it, the bars would have no room. */
const NARROW = '(max-width: 1080px)';
const MOST_HEIGHT = 720;

export function TracePage() {
  const { traceId = '' } = useParams();
  const question = useTrace(traceId);
  const [{ timezone }] = useFilters();
  const [search, setSearch] = useSearchParams();
  const selected = search.get('span');
  const open = (spanId: string | null) =>
    setSearch(
      (now) => {
        const next = new URLSearchParams(now);
        if (spanId === null) next.delete('span');
        else next.set('span', spanId);
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  const trace = question.data;
  useTitle(trace ? `Trace ${titleOf(trace)}, ${formatInstant(trace.startedAt, timezone)}` : 'Trace');
  return (
    <>
      <BackLink />
      <header className="trace-head">
        <h1>{trace ? titleOf(trace) : isMissing(question.error) ? 'No such trace' : 'Trace'}</h1>
        <p className="is-muted">
          {trace && `${formatInstant(trace.startedAt, timezone)} ${timezone} · `}
          <code>{traceId}</code>
        </p>
      </header>
      <div className="column">
        {trace && <TraceFigures trace={trace} />}
        <Frame
          title={!trace && isMissing(question.error) ? 'Not in the ledger' : 'Waterfall'}
          question={question}
          height={300}
          partial={({ note }) => note}
        >
          {(answer) => (
            <>
              <TraceLegend spans={answer.spans} />
              <TraceBody key={traceId} trace={answer} selected={selected} timezone={timezone} onOpen={open} />
            </>
          )}
        </Frame>
        {trace && trace.agents.length > 0 && (
          <Frame title={trace.agents.length === 1 ? 'Agent run' : 'Agent runs'} question={question} height={160}>
            {({ agents }) => <AgentRuns runs={agents} onOpen={open} />}
          </Frame>
        )}
      </div>
    </>
  );
}

/** The name of what began it. */
function titleOf({ spans }: TraceJson): string {
  const root = spans.find(({ parentSpanId }) => parentSpanId === null) ?? spans[0];
  return root?.name || 'Trace';
}

interface BodyProps {
  trace: TraceJson;
  selected: string | null;
  timezone: string;
  onOpen(spanId: string | null): void;
}

function TraceBody({ trace, selected, timezone, onOpen }: BodyProps) {
  const tree = useMemo(() => treeOf(trace.spans), [trace]);
  const folded = useMemo(() => foldedAtFirst(tree, selected ?? undefined), [tree, selected]);
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false });
  const span = selected === null ? undefined : tree.byId.get(selected)?.span;
  return (
    <div className={span && !narrow ? 'trace-body is-open' : 'trace-body'}>
      <Waterfall
        trace={trace}
        tree={tree}
        folded={folded}
        selected={selected}
        mostHeight={MOST_HEIGHT}
        onOpen={onOpen}
      />
      {span && !narrow && (
        <aside aria-label="Selected span" style={{ maxHeight: MOST_HEIGHT }}>
          <SpanDetail trace={trace} span={span} timezone={timezone} onClose={() => onOpen(null)} />
        </aside>
      )}
      {narrow && (
        <Drawer.Root opened={Boolean(span)} onClose={() => onOpen(null)} position="bottom" size="75%" padding="md">
          <Drawer.Overlay />
          <Drawer.Content aria-label="Span">
            <Drawer.Body pt="md">
              {span && <SpanDetail trace={trace} span={span} timezone={timezone} onClose={() => onOpen(null)} />}
            </Drawer.Body>
          </Drawer.Content>
        </Drawer.Root>
      )}
    </div>
  );
}
