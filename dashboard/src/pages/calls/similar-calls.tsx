// How a call stands among its like: same feature, prompt version and model, a prompt about as long, in the day around it.
import type { CallDetailJson } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { useMetrics } from '../../api/questions.ts';
import { divideUsd, formatCalls, formatCount, formatDuration } from '../../format.ts';
import { Usd } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { numberOf, textOf } from '../../ui/rows.ts';
import { ToCalls } from '../../ui/to-calls.tsx';
import type { Filters } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';
import { similarTo } from './similar.ts';

const MEASURES = ['calls', 'unpricedCalls', 'costUsd', 'outputTokens', 'p50LatencyMs', 'p95LatencyMs'] as const;

export function SimilarCalls({ call, timezone }: { call: CallDetailJson; timezone: string }) {
  const filters: Filters = { ...similarTo(call), by: 'feature', timezone, compare: false, refresh: 'off' };
  const question = useMetrics(filters, { measures: MEASURES });
  return (
    <Frame title="Similar calls" question={question} height={120}>
      {({ rows: [row] }) => {
        const calls = numberOf(row, 'calls') ?? 0;
        const priced = calls - (numberOf(row, 'unpricedCalls') ?? 0);
        const output = numberOf(row, 'outputTokens');
        return (
          <>
            <dl className="pairs similar">
              <div className="similar-head">
                <dt />
                <dd>this one</dd>
                <dd>similar</dd>
              </div>
              <Beside filters={filters} name="Cost, mean" mine={<Usd value={call.costUsd} />}>
                <Usd value={divideUsd(textOf(row, 'costUsd'), priced)} />
              </Beside>
              <Beside filters={filters} name="Output tokens, mean" mine={formatCount(call.usage.outputTokens)}>
                {formatCount(output === null || calls === 0 ? null : Math.round(output / calls))}
              </Beside>
              <Beside filters={filters} name="Duration, P50" mine={formatDuration(call.durationMs)}>
                {formatDuration(numberOf(row, 'p50LatencyMs'))}
              </Beside>
              <Beside filters={filters} name="P95" mine="">
                {formatDuration(numberOf(row, 'p95LatencyMs'))}
              </Beside>
            </dl>
            <p className="small">
              <Link to={`/calls${searchWith(filters)}`} data-testid="similar-calls" data-value={calls}>
                {formatCalls(calls)}
              </Link>{' '}
              <span className="is-muted">
                of the same feature, prompt version and model, this one among them
                {filters.where.some(({ dimension }) => dimension === 'promptTokens') && ', half to twice the prompt'},
                in the day around it
              </span>
            </p>
          </>
        );
      }}
    </Frame>
  );
}

function Beside({
  filters,
  name,
  mine,
  children,
}: {
  filters: Filters;
  name: string;
  mine: React.ReactNode;
  children: React.ReactNode;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="figure">{mine}</dd>
      <dd className="figure">
        <ToCalls filters={filters}>{children}</ToCalls>
      </dd>
    </div>
  );
}
