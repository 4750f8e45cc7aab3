// A call's cost as the sum it is: quantity × rate × multipliers = amount, each line with the price-card row it was read from.
import type { ReceiptJson } from '@spanledger/collector/contract';
import { IconInfoCircle } from '@tabler/icons-react';
import { Link } from 'react-router';
import { formatCount, formatDate, formatRate, formatUsdColumn, placesOf, UNKNOWN } from '../../format.ts';
import { CONFIDENCE_WORDS, ConfidenceBadge } from '../../ui/confidence.tsx';
import { Usd } from '../../ui/figures.tsx';
import { PriceSource } from '../../ui/price-source.tsx';

const KIND_WORDS: Record<string, string> = {
  input: 'Input, uncached',
  cacheWrite5m: 'Cache write, 5 min',
  cacheWrite1h: 'Cache write, 1 h',
  cacheRead: 'Cache read',
  output: 'Output',
  webSearch: 'Web search',
};
const MULTIPLIER_WORDS: Record<string, string> = {
  fast: 'fast mode',
  'us-inference': 'US-only inference',
  'regional-endpoint': 'regional endpoint',
  'own-discount': 'own discount',
  'declined-hop': 'declined, not billed',
  'refused-before-output': 'refused, not billed',
};
const FLAG_WORDS: Record<string, string> = {
  estimated: 'Estimated',
  inferred: 'A price is worked out',
  quoted: 'A price is quoted',
  partial: 'At least this',
  'contract-priced': 'Paid by contract',
  'unsplit-cache-write': 'Cache time assumed',
  'not-billed': 'Not billed',
  'lines-unknown': 'Lines not known',
};
type Line = ReceiptJson['lines'][number];

export function Receipt({
  receipt,
  costUsd,
  unpricedReason,
}: {
  receipt: ReceiptJson;
  costUsd: string | null;
  unpricedReason: string | null;
}) {
  const places = placesOf([
    ...receipt.lines.map((line) => line.amountUsd),
    ...(receipt.totalUsd === null ? [] : [receipt.totalUsd]),
  ]);
  const models = new Set(receipt.lines.map((line) => line.model));
  const reason = unpricedReason ?? receipt.unpricedReason;
  return (
    <>
      {costUsd === null && (
        <p className="note note-warn" data-testid="unpriced-reason">
          <IconInfoCircle size={14} aria-hidden /> Unpriced: {reason ?? 'no source said what was used.'}{' '}
          <Link to="/prices/unpriced?range=30d">To the unpriced calls</Link>
        </p>
      )}
      {receipt.lines.length > 0 && (
        <ul className="receipt">
          {receipt.lines.map((line, index) => (
            // The same kind can come twice, at two models or rates; lines never change places.
            <li key={index} data-testid="receipt-line" data-key={line.kind} data-value={line.amountUsd}>
              <span className="receipt-kind">
                {KIND_WORDS[line.kind] ?? line.kind}
                {models.size > 1 && <span className="is-muted"> {line.model}</span>}
              </span>
              <span className="receipt-sum figure">
                {formatCount(line.quantity)} × {rateOf(line)}
                {line.multipliers.map(({ name, factor }) => (
                  <span key={name} className="receipt-factor">
                    {' '}
                    × {factor} <em>{MULTIPLIER_WORDS[name] ?? name}</em>
                  </span>
                ))}
              </span>
              <span className="receipt-dots" aria-hidden />
              <span className="receipt-amount figure">{formatUsdColumn(line.amountUsd, places)}</span>
              <span className="receipt-card is-muted">
                <CardRow card={line.card} />
              </span>
            </li>
          ))}
          <li className="receipt-total">
            <span className="receipt-kind">Cost</span>
            <span className="receipt-dots" aria-hidden />
            <span
              className="receipt-amount figure"
              data-testid="receipt-total"
              data-value={receipt.totalUsd ?? UNKNOWN}
            >
              {receipt.totalUsd === null ? <Usd value={null} /> : formatUsdColumn(receipt.totalUsd, places)}
            </span>
          </li>
        </ul>
      )}
      {receipt.flags.map(({ flag, message }) => (
        <p key={message} className="note" data-testid="receipt-flag" data-key={flag}>
          <IconInfoCircle size={14} aria-hidden /> <strong>{FLAG_WORDS[flag] ?? flag}.</strong> {message}
        </p>
      ))}
    </>
  );
}

function rateOf({ rateUsd, per }: Line): string {
  return `${formatRate(rateUsd)}${per === 'million' ? ' / M' : ' each'}`;
}

function CardRow({ card }: { card: Line['card'] }) {
  const about = [
    `${card.model}${card.band ? ` (${card.band})` : ''}`,
    card.since ? `since ${formatDate(card.since)}` : null,
    card.until ? `until ${formatDate(card.until)}` : null,
  ].filter((part) => part !== null);
  return (
    <>
      {about.join(' · ')} · <PriceSource source={card.source} />
      {card.confidence !== 'first-party' && (
        <>
          {' '}
          <ConfidenceBadge confidence={card.confidence} /> {CONFIDENCE_WORDS[card.confidence]}
        </>
      )}
    </>
  );
}
