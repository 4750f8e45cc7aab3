// How well a price is known: a sign beside the figure, a word where there is room, and what both mean.
import type { PricesAnswer } from '@spanledger/collector/contract';

export type Confidence = PricesAnswer['cards'][number]['confidence'];

/** What a mark means, for where there is room. */
export const CONFIDENCE_WORDS: Record<Exclude<Confidence, 'first-party'>, string> = {
  quoted: 'read at a third party that quotes Anthropic’s page',
  inferred: 'not published; worked out from neighbouring prices',
  own: 'agreed by you',
};

const SIGNS: Record<Confidence, string> = { 'first-party': '', quoted: '†', inferred: '‡', own: '' };

/** For a cell of a table; its meaning is in the footnotes below it. */
export function ConfidenceSign({ confidence }: { confidence: Confidence }) {
  if (SIGNS[confidence] === '') return null;
  return (
    <sup className="confidence-sign" title={`${confidence}: see below`}>
      <span aria-hidden>{SIGNS[confidence]}</span>
      <span className="visually-hidden"> {confidence}</span>
    </sup>
  );
}

export function ConfidenceBadge({ confidence }: { confidence: Confidence }) {
  return confidence === 'first-party' ? null : (
    <span className={confidence === 'own' ? 'badge badge-good' : 'badge badge-warn'}>{confidence}</span>
  );
}

export function ConfidenceNotes() {
  return (
    <ul className="footnotes">
      <li>
        <span aria-hidden>† </span>
        <strong>quoted</strong>: {CONFIDENCE_WORDS.quoted}.
      </li>
      <li>
        <span aria-hidden>‡ </span>
        <strong>inferred</strong>: {CONFIDENCE_WORDS.inferred}.
      </li>
      <li>Without a mark: read on Anthropic’s own pages.</li>
    </ul>
  );
}
