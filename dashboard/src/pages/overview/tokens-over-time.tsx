// The same calls as the spend, counted in tokens and stacked by kind.
import type { MetricsRow } from '@spanledger/collector/contract';
import { useMemo } from 'react';
import { useMetrics } from '../../api/questions.ts';
import { formatCompact, formatGrain } from '../../format.ts';
import { palette } from '../../theme/palette.ts';
import { FrameBody } from '../../ui/frame.tsx';
import { TimeChart } from '../../ui/time-chart.tsx';
import { numberOf } from '../../ui/rows.ts';
import { tokensAlertHref } from '../../url/alert-on.ts';
import type { Filters } from '../../url/filters.ts';
import { TOKEN_MEASURES, tokenPoints } from './figures.ts';

const WORDS: Record<(typeof TOKEN_MEASURES)[number], string> = {
  inputTokens: 'input, not cached',
  cacheWrite5mTokens: 'cache write, 5 min',
  cacheWrite1hTokens: 'cache write, 1 h',
  cacheReadTokens: 'cache read',
  outputTokens: 'output',
};
const SERIES = TOKEN_MEASURES.map((key) => ({
  key,
  label: WORDS[key],
  colour: palette.colourOf('tokenKind', key),
}));

const tokensIn = (rows: readonly MetricsRow[]): number =>
  rows.reduce((sum, row) => sum + TOKEN_MEASURES.reduce((of, kind) => of + (numberOf(row, kind) ?? 0), 0), 0);

export function TokensOverTime({ filters }: { filters: Filters }) {
  const { timezone } = filters;
  const question = useMetrics(filters, { measures: TOKEN_MEASURES, bucketed: true });
  const points = useMemo(
    () => question.data && tokenPoints(question.data.rows, question.data, timezone),
    [question.data, timezone],
  );
  const alert = tokensAlertHref(filters, tokensIn(question.data?.rows ?? []));
  return (
    <FrameBody question={question} height={322}>
      {(answer) =>
        points && (
          <>
            <TimeChart
              id="tokens"
              label={`Tokens by kind, one bar ${formatGrain(answer.bucket)}`}
              kind="bars"
              unit="tokens"
              filters={filters}
              window={answer}
              points={points}
              series={SERIES}
              formatSize={formatCompact}
              height={296}
              {...(alert ? { alertHref: alert } : {})}
            />
            <ul className="legend" aria-label="Colours by kind of token">
              {SERIES.map(({ key, label, colour }) => (
                <li key={key} className="dotted-name">
                  <span className="dot" style={{ background: colour }} aria-hidden />
                  <span className="name">{label}</span>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </FrameBody>
  );
}
