// Every re-pricing there was, newest first.
import type { useRepricings } from '../../api/questions.ts';
import { Link } from 'react-router';
import { differenceUsd, formatMinute, formatUsdExact, formatUsdSigned } from '../../format.ts';
import { Count } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead, wide } from '../../ui/table-head.tsx';
import { DocsLink } from '../../ui/docs-link.tsx';
import { windowWords } from './differences.ts';
import { RepricingBadge } from './repricing-badge.tsx';

export function RepricingsPanel({
  question,
  shown,
}: {
  question: ReturnType<typeof useRepricings>;
  shown: string | null;
}) {
  return (
    <Frame
      title="Re-pricings"
      aside={<DocsLink to="/docs/prices.md#pricing-history-again">How history is priced again</DocsLink>}
      question={question}
      height={120}
      isEmpty={(repricings) => repricings.length === 0}
      empty="History was never priced anew: every call has the price it was taken with."
    >
      {(repricings) => (
        <ScrollTable label="Re-pricings">
          <TableHead
            columns={['Dry run', 'State', ...wide('Over', 'Prices'), ...figures('Changed calls', 'Difference')]}
          />
          <tbody>
            {repricings.map((repricing) => {
              const { id, status, createdAt, pricesVersion, differences } = repricing;
              const difference = differences && differenceUsd(differences.beforeUsd, differences.afterUsd);
              return (
                <tr key={id} data-testid="repricing-row" data-key={id} data-value={status}>
                  <th scope="row" className="nowrap">
                    <Link to={`/prices/repricing/${id}`} aria-current={id === shown ? 'true' : undefined}>
                      {formatMinute(createdAt, 'UTC')} UTC
                    </Link>
                  </th>
                  <td>
                    <RepricingBadge status={status} />
                  </td>
                  <td className="wide">{windowWords(repricing)}</td>
                  <td className="wide">
                    <code>{pricesVersion}</code>
                  </td>
                  <td className="right">{differences ? <Count value={differences.changedCalls} /> : '–'}</td>
                  <td className="right figure" title={differences ? formatUsdExact(difference) : undefined}>
                    {differences ? formatUsdSigned(difference) : '–'}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </ScrollTable>
      )}
    </Frame>
  );
}
