// The answer about spend over time -> its chart, in words and colours. For the panel, and for the first chart before there is one.
import type { MetricsAnswer } from '@spanledger/collector/contract';
import { formatDimension, formatGrain, formatValue } from '../../format.ts';
import { palette } from '../../theme/palette.ts';
import type { Filters } from '../../url/filters.ts';
import { type SpendChart, spendChart } from './figures.ts';

/** Pixels. */
export const CHART_HEIGHT = 296;

export interface SpendOverTime extends SpendChart {
  label: string;
  legend: string;
}

export function spendOverTime(
  answer: Pick<MetricsAnswer, 'from' | 'to' | 'bucket' | 'rows'>,
  { by, timezone }: Pick<Filters, 'by' | 'timezone'>,
): SpendOverTime {
  const colour = (value: string | null) => palette.colourOf(by, value);
  return {
    ...spendChart(answer.rows, by, answer, timezone, { name: formatValue, colour }),
    label: `Spend by ${formatDimension(by)}, one bar ${formatGrain(answer.bucket)}`,
    legend: `Colours by ${formatDimension(by)}`,
  };
}
