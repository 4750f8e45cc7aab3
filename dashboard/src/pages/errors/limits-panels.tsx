// How much of the rate limits was left, as the headers of answers told: the least by model through the window, and by limit.
import type { LimitsAnswer } from '@spanledger/collector/contract';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { useLimits } from '../../api/questions.ts';
import {
  formatCompact,
  formatCount,
  formatDuration,
  formatMinute,
  formatShare,
  formatShareTick,
  formatValue,
} from '../../format.ts';
import { DocsLink } from '../../ui/docs-link.tsx';
import { Dot } from '../../ui/dot.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { Legend } from '../../ui/legend.tsx';
import { pointsOf, seriesOf } from '../../ui/points-of.ts';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import { TimeChart } from '../../ui/time-chart.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';

const NOTHING_TOLD =
  'No answer of this window told its limits. They come with @spanledger/instrumentation, from the headers of answers.';
const KIND_WORDS: Readonly<Record<string, string>> = {
  requests: 'requests',
  tokens: 'tokens',
  input_tokens: 'input tokens',
  output_tokens: 'output tokens',
};
/** Below this share a burst can be refused. */
const TIGHT = 0.2;
const SHOWN = 9;
/** The call whose answer told it. */
const callHref = (callId: string) => `/calls/${encodeURIComponent(callId)}`;

const lookedAt = (answer: LimitsAnswer, timezone: string): string | null =>
  Date.parse(answer.lookedFrom) > Date.parse(answer.from)
    ? `About calls since ${formatMinute(answer.lookedFrom, timezone)}: those before are too many to be looked at one by one, or no longer kept.`
    : null;

export const HeadroomPanel = inTurn(function HeadroomPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const { timezone } = filters;
  const question = useLimits(filters);
  const answer = question.data;
  const drawn = useMemo(() => {
    if (!answer) return null;
    // Of a model's limits the tightest is the one that refuses.
    const least = new Map<string, { at: number; key: string; share: number }>();
    for (const { bucket, model, leastShare } of answer.course) {
      const cell = { at: Date.parse(bucket), key: model ?? '', share: leastShare };
      const name = `${cell.at} ${cell.key}`;
      if (leastShare < (least.get(name)?.share ?? Infinity)) least.set(name, cell);
    }
    const cells = [...least.values()].map(({ at, key, share }) => ({
      at,
      key,
      part: { size: share, label: formatShare(share), exact: String(share) },
    }));
    const models = [...new Set(answer.limits.map(({ model }) => model ?? ''))];
    return { series: seriesOf('model', models, formatValue), points: pointsOf(answer, timezone, cells) };
  }, [answer, timezone]);
  return (
    <Frame
      title="Rate-limit headroom by model"
      aside={<DocsLink to="/docs/rate-limits.md">What limits there are</DocsLink>}
      question={question}
      height={280}
      className={className}
      isEmpty={({ limits }) => limits.length === 0}
      empty={NOTHING_TOLD}
      partial={(told) => lookedAt(told, timezone)}
    >
      {(window) =>
        drawn && (
          <>
            {/* Nothing to alert on: what is left of a limit is told by single answers, and is no measure of calls. */}
            <TimeChart
              id="headroom"
              label="The least that was left of any rate limit, by model"
              kind="lines"
              unit="share"
              filters={filters}
              window={window}
              points={drawn.points}
              series={drawn.series}
              level={TIGHT}
              watched={{ measure: 'rateLimitHeadroom', threshold: TIGHT }}
              narrow={({ key }) => narrowed(filters.where, 'model', [key])}
              formatSize={formatShareTick}
              height={300}
            />
            <Legend
              label="Colours by model"
              series={drawn.series}
              level={`below ${formatShareTick(TIGHT)} a burst can be refused`}
              hrefOf={({ key }) => searchWith(filters, { where: narrowed(filters.where, 'model', [key]) })}
            />
          </>
        )
      }
    </Frame>
  );
});

export const LimitsPanel = inTurn(function LimitsPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const question = useLimits(filters);
  return (
    <Frame
      title="Least left of each limit"
      aside={<DocsLink to="/docs/rate-limits.md#what-to-do">What helps when it is tight</DocsLink>}
      question={question}
      height={280}
      className={className}
      isEmpty={({ limits }) => limits.length === 0}
      empty={NOTHING_TOLD}
      partial={(told) =>
        [
          lookedAt(told, filters.timezone),
          told.limits.length > SHOWN ? `The ${SHOWN} tightest of ${told.limits.length} limits are shown.` : null,
        ]
          .filter(Boolean)
          .join(' ') || null
      }
    >
      {({ limits }) => (
        <ScrollTable label="Least left of each rate limit">
          <TableHead columns={['Model', 'Limit', ...figures('Least left', 'Of', 'When', 'Full after')]} />
          <tbody>
            {limits.slice(0, SHOWN).map(({ model, kind, leastShare, remaining, limit, at, callId, resetMs }) => (
              <tr key={`${model} ${kind}`} data-testid="limit" data-key={`${model} ${kind}`} data-value={leastShare}>
                <th scope="row">
                  <Dot dimension="model" value={model} />
                </th>
                <td>{KIND_WORDS[kind] ?? kind}</td>
                <td className={`right figure ${leastShare < TIGHT ? 'is-bad strong' : ''}`}>
                  <Link to={callHref(callId)} title={`${formatCount(remaining)} left`}>
                    {formatShare(leastShare)}
                  </Link>
                </td>
                <td className="right figure" title={formatCount(limit)}>
                  <Link to={callHref(callId)}>{formatCompact(limit)}</Link>
                </td>
                <td className="right">
                  <Link to={callHref(callId)}>{formatMinute(at, filters.timezone)}</Link>
                </td>
                <td className="right figure">
                  {resetMs === null ? 'not said' : <Link to={callHref(callId)}>{formatDuration(resetMs)}</Link>}
                </td>
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
    </Frame>
  );
});
