// Every cost the call has had: the one of its arrival, and one for each re-pricing that changed it.
import type { CallDetailJson } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { formatInstant, formatUsdColumn, placesOf } from '../../format.ts';
import { Usd } from '../../ui/figures.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead, wide } from '../../ui/table-head.tsx';

export function PriceVersions({ versions, timezone }: { versions: CallDetailJson['priceVersions']; timezone: string }) {
  const places = placesOf(versions.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd])));
  return (
    <ScrollTable label="What it cost, and when">
      <TableHead columns={['Since', 'By', ...wide('Prices'), ...figures('Cost')]} />
      <tbody>
        {versions.map(({ version, repricingId, at, costUsd, pricesVersion, current }) => (
          <tr key={version} data-testid="price-version" data-key={version} data-value={costUsd ?? 'unknown'}>
            <th scope="row" className="nowrap">
              {formatInstant(at, timezone)}
            </th>
            <td>
              {repricingId === null ? (
                'its arrival'
              ) : (
                <Link to={`/prices/repricing/${encodeURIComponent(repricingId)}`}>re-pricing {version}</Link>
              )}
            </td>
            <td>
              {pricesVersion === null ? <span className="is-muted">of its day</span> : <code>{pricesVersion}</code>}
            </td>
            <td className="right">
              {current && <span className="badge badge-good">current</span>}{' '}
              <span className={current ? 'figure' : 'figure is-muted'}>
                {costUsd === null ? <Usd value={null} /> : formatUsdColumn(costUsd, places)}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}
