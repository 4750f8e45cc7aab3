// The cost the app worked out for itself, where it is not the ledger's, and why.
import type { CallDetailJson } from '@spanledger/collector/contract';
import { IconInfoCircle } from '@tabler/icons-react';
import { formatUsdExact, picoUsd, usdOfPico } from '../../format.ts';

export function AppCost({ difference }: { difference: NonNullable<CallDetailJson['costDifference']> }) {
  const { appUsd, differenceUsd, reason } = difference;
  const pico = differenceUsd === null ? null : picoUsd(differenceUsd);
  return (
    <p className="note" data-testid="cost-difference" data-value={differenceUsd ?? 'unknown'}>
      <IconInfoCircle size={14} aria-hidden />{' '}
      <strong>
        The app itself said <span className="figure">{formatUsdExact(appUsd)}</span>.
      </strong>{' '}
      {pico !== null && pico !== 0n && (
        <>
          The ledger says <span className="figure">{formatUsdExact(usdOfPico(pico < 0n ? -pico : pico))}</span>{' '}
          {pico < 0n ? 'less' : 'more'}.{' '}
        </>
      )}
      {reason}
    </p>
  );
}
