// Why the spend is another than in the window before, in words: the features on models that made most of the change.
import { Link } from 'react-router';
import { useMetrics, usePrices } from '../../api/questions.ts';
import { changeDrivers, DRIVER_BY, DRIVER_MEASURES, type FeatureOnModel } from '../../drivers/rows.ts';
import { driverWords } from '../../drivers/words.ts';
import { formatCalls, formatUsdSigned, formatValue, sumUsd } from '../../format.ts';
import { palette } from '../../theme/palette.ts';
import { Unbroken } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import { callsOrdered, searchWith } from '../../url/use-filters.ts';

const SHOWN = 4;

export const DriversPanel = inTurn(function DriversPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const after = useMetrics(filters, { measures: DRIVER_MEASURES, by: DRIVER_BY });
  const before = useMetrics(filters, { measures: DRIVER_MEASURES, by: DRIVER_BY, previous: true });
  const prices = usePrices();
  const rows = after.data && before.data ? { after: after.data.rows, before: before.data.rows } : undefined;
  const failed = after.error ? after : before.error ? before : null;
  const question = {
    data: rows,
    error: failed?.error ?? null,
    errorUpdateCount: after.errorUpdateCount + before.errorUpdateCount,
    isFetching: after.isFetching || before.isFetching,
    isPlaceholderData: after.isPlaceholderData || before.isPlaceholderData,
    refetch: () => Promise.all([after.refetch(), before.refetch()]),
  };
  return (
    <Frame
      title="What changed"
      question={question}
      height={150}
      className={className}
      isEmpty={({ before: earlier }) => earlier.length === 0}
      empty="No calls in the window before to compare with."
    >
      {(both) => {
        const drivers = changeDrivers(both.before, both.after, prices.data?.cards ?? []);
        if (drivers.length === 0) return <p className="is-muted">Nothing: the spend is what it was.</p>;
        const rest = drivers.slice(SHOWN);
        return (
          <ol className="drivers">
            {drivers.slice(0, SHOWN).map((driver) => (
              <li
                key={`${driver.group.feature} ${driver.group.model}`}
                data-testid="driver"
                data-key={driver.group.feature ?? ''}
                data-value={driver.changeUsd}
              >
                <span
                  className="dot"
                  style={{ background: palette.colourOf('feature', driver.group.feature) }}
                  aria-hidden
                />
                <span>
                  <Link
                    to={searchWith(filters, { where: whereOf(filters, driver.group), by: 'promptVersion' })}
                    title="Look into these calls"
                  >
                    {formatValue(driver.group.feature)} on {driver.group.model ?? 'an unknown model'}
                  </Link>{' '}
                  <Unbroken>{driverWords(driver)}</Unbroken>{' '}
                  {driver.after && (
                    <Link className="driver-calls" to={callsHref(filters, driver.group)}>
                      {formatCalls(driver.after.calls)}
                      <span className="visually-hidden">
                        {' '}
                        of {formatValue(driver.group.feature)} on {driver.group.model ?? 'an unknown model'}
                      </span>
                    </Link>
                  )}
                </span>
              </li>
            ))}
            {rest.length > 0 && (
              <li className="is-muted">
                <span className="dot" style={{ background: 'var(--sl-others)' }} aria-hidden />
                <span>
                  {rest.length} others together{' '}
                  <Unbroken>{formatUsdSigned(sumUsd(rest.map(({ changeUsd }) => changeUsd)))}</Unbroken>
                </span>
              </li>
            )}
          </ol>
        );
      }}
    </Frame>
  );
});

const callsHref = (filters: Filters, group: FeatureOnModel) =>
  callsOrdered({ ...filters, where: whereOf(filters, group) }, 'costUsd');
const whereOf = ({ where }: Filters, { feature, model }: FeatureOnModel) =>
  narrowed(narrowed(where, 'feature', [feature ?? '']), 'model', [model ?? '']);
