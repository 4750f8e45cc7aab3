// What each run of an agent spent, step by step and tool by tool. Steps and what lies outside of them add up to the run.
import type { AgentRun, RolledUp } from '@spanledger/collector/contract';
import { formatCalls, formatCount, formatDuration, picoUsd } from '../../format.ts';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { AtLeast, Usd } from '../../ui/figures.tsx';
import { figures, hidden, TableHead } from '../../ui/table-head.tsx';
import { dearestOf } from './dearest.ts';
import { PartIcon } from './parts.tsx';
import { Cost } from './rolled-up.tsx';

interface AgentRunsProps {
  runs: readonly AgentRun[];
  onOpen(spanId: string): void;
}

const MOST_RUNS = 20;

export function AgentRuns({ runs, onOpen }: AgentRunsProps) {
  // Each row of a loop can be a run of its own; the waterfall has them all.
  const shown = runs.slice(0, MOST_RUNS);
  return (
    <ul className="lines">
      {shown.map((run) => (
        <li key={run.spanId} data-testid="agent-run">
          <div className="line-head">
            <h3>
              <PartIcon part="agent" />{' '}
              <button type="button" className="as-link" onClick={() => onOpen(run.spanId)}>
                {run.name}
              </button>
            </h3>
            <span className="is-muted">
              <Cost sum={run.rolledUp} testId="run-cost" /> · {formatCalls(run.rolledUp.calls)} ·{' '}
              {formatDuration(run.durationMs)}
            </span>
          </div>
          <div className="run-tables">
            {run.steps.length > 0 && <Steps run={run} onOpen={onOpen} />}
            {run.tools.length > 0 && <Tools run={run} />}
          </div>
          {run.steps.length === 0 && run.tools.length === 0 && (
            <p className="is-muted small">No steps or tools of this run were told.</p>
          )}
        </li>
      ))}
      {runs.length > shown.length && (
        <li className="is-muted">
          The first {formatCount(shown.length)} of {formatCount(runs.length)} runs; the others are in the waterfall.
        </li>
      )}
    </ul>
  );
}

/** Of the run's cost, 0 to 1; 0 where nothing is known. */
function shareOf(part: RolledUp, whole: RolledUp): number {
  if (part.costUsd === null || whole.costUsd === null) return 0;
  const all = picoUsd(whole.costUsd);
  return all === 0n ? 0 : Number((picoUsd(part.costUsd) * 10_000n) / all) / 10_000;
}

const MOST_STEPS = 50;

function Steps({ run, onOpen }: { run: AgentRun; onOpen: AgentRunsProps['onOpen'] }) {
  const { steps, others } = dearestOf(run.steps, MOST_STEPS);
  return (
    <ScrollTable label={`Steps of ${run.name}`}>
      <TableHead
        columns={['Step', ...figures('Calls', 'Duration', 'Cost'), hidden('Share of the run’s cost', 'share-column')]}
      />
      <tbody>
        {steps.map(({ spanId, name, durationMs, rolledUp }) => (
          <tr key={spanId} data-testid="run-step">
            <th scope="row">
              <button type="button" className="as-link name" onClick={() => onOpen(spanId)}>
                {name}
              </button>
            </th>
            <td className="right figure">{formatCount(rolledUp.calls)}</td>
            <td className="right figure">{formatDuration(durationMs)}</td>
            <td className="right">
              <Cost sum={rolledUp} />
            </td>
            <td className="share-column">
              <Share part={rolledUp} whole={run.rolledUp} />
            </td>
          </tr>
        ))}
        {others && (
          <tr>
            <th scope="row" className="is-muted">
              {formatCount(others.steps)} cheaper steps
            </th>
            <td className="right figure">{formatCount(others.calls)}</td>
            <td />
            <td className="right">
              <Usd value={others.costUsd} unpriced={others.unpricedCalls} />
              <AtLeast usd={others.costUsd} unpriced={others.unpricedCalls} />
            </td>
            <td className="share-column" />
          </tr>
        )}
        {run.outsideSteps.calls > 0 && (
          <tr>
            <th scope="row" className="is-muted">
              Outside of steps
            </th>
            <td className="right figure">{formatCount(run.outsideSteps.calls)}</td>
            <td />
            <td className="right">
              <Cost sum={run.outsideSteps} />
            </td>
            <td className="share-column">
              <Share part={run.outsideSteps} whole={run.rolledUp} />
            </td>
          </tr>
        )}
      </tbody>
    </ScrollTable>
  );
}

function Share({ part, whole }: { part: RolledUp; whole: RolledUp }) {
  return (
    <span className="share" aria-hidden>
      <span className="share-bar" style={{ width: `${shareOf(part, whole) * 100}%` }} />
    </span>
  );
}

function Tools({ run }: { run: AgentRun }) {
  return (
    <ScrollTable label={`Tools of ${run.name}`}>
      <TableHead
        columns={[
          'Tool',
          ...figures('Uses', 'Failed', 'Time'),
          {
            title: 'Its calls cost',
            className: 'right',
            hint: 'Of calls made by the tool itself; part of its step’s cost too',
          },
        ]}
      />
      <tbody>
        {run.tools.map(({ name, uses, errors, durationMs, rolledUp }) => (
          <tr key={name} data-testid="run-tool">
            <th scope="row">
              <span className="name">{name}</span>
            </th>
            <td className="right figure">{formatCount(uses)}</td>
            <td className={errors > 0 ? 'right figure is-bad' : 'right figure'}>{formatCount(errors)}</td>
            <td className="right figure">{formatDuration(durationMs)}</td>
            <td className="right">
              {rolledUp.calls > 0 ? <Cost sum={rolledUp} /> : <span className="is-muted">no calls</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}
