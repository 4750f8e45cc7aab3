// A call's cost as the sum it is: quantity × rate × multipliers = amount, each line with the price-card row it was read from.
import type { ReceiptJson } from '@spanledger/collector/contract';
import { IconInfoCircle } from '@tabler/icons-react';
import { formatCount, formatUsdColumn, placesOf, UNKNOWN } from '../../format.ts';
import { Usd } from '../../ui/figures.tsx';

const KIND_WORDS: Record<string, string> = {
  input: 'Input, uncached',
  cacheWrite5m: 'Cache write, 5 min',
  cacheWrite1h: 'Cache write, 1 h',
  cacheRead: 'Cache read',
  output: 'Output',
  webSearch: 'Web search',
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
          <IconInfoCircle size={14} aria-hidden /> Unpriced: {reason ?? 'no source said what was used.'}
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
                    × {factor} <em>{name}</em>
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
        <p key={flag} className="note">
          <IconInfoCircle size={14} aria-hidden /> <strong>{flag}</strong> {message}
        </p>
      ))}
    </>
  );
}

function rateOf({ rateUsd, per }: Line): string {
  const [dollars = '0', fraction = ''] = rateUsd.split('.');
  return `$${dollars}.${fraction.replace(/0+$/, '').padEnd(2, '0')}${per === 'million' ? ' / M' : ' each'}`;
}

const CONFIDENCE_WORDS = {
  'first-party': null,
  quoted: 'quoted by a third party',
  inferred: 'worked out',
  own: 'own price',
} as const;

function CardRow({ card }: { card: Line['card'] }) {
  const about = [
    `${card.model}${card.band ? ` (${card.band})` : ''}`,
    card.since ? `since ${card.since.slice(0, 10)}` : null,
    card.until ? `until ${card.until.slice(0, 10)}` : null,
    CONFIDENCE_WORDS[card.confidence],
  ].filter((part) => part !== null);
  // Only what is plainly a web address becomes a link.
  const link = card.source.startsWith('https://');
  return (
    <>
      {about.join(' · ')} ·{' '}
      {link ? (
        <a href={card.source} target="_blank" rel="noreferrer noopener">
          {new URL(card.source).hostname}
        </a>
      ) : (
        card.source
      )}
    </>
  );
}
