// The cost the app worked out for itself, where it is not the ledger's, and why.
import type { CallDetailJson } from '@spanledger/collector/contract';
import { IconInfoCircle } from '@tabler/icons-react';
import { picoUsd, usdOfPico } from '../../format.ts';
import { Usd } from '../../ui/figures.tsx';

export function AppCost({ difference }: { difference: NonNullable<CallDetailJson['costDifference']> }) {
  const { appUsd, differenceUsd, reason } = difference;
  const pico = differenceUsd === null ? null : picoUsd(differenceUsd);
  return (
    <p className="note" data-testid="cost-difference" data-value={differenceUsd ?? 'unknown'}>
      <IconInfoCircle size={14} aria-hidden />{' '}
      <strong>
        The app itself said <Usd value={appUsd} />.
      </strong>{' '}
      {pico !== null && pico !== 0n && (
        <>
          The ledger says <Usd value={usdOfPico(pico < 0n ? -pico : pico)} /> {pico < 0n ? 'less' : 'more'}.{' '}
        </>
      )}
      {reason}
    </p>
  );
}
