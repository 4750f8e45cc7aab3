// What pricing hands out: the receipt, whose lines the cost is the exact sum of.
// The shape is the one the collector's API answers with, so a receipt goes to the screen as it is. Plain JSON, no code.

/** The disjoint token kinds of a call. Thinking is a part of `output`, the prompt is the sum of the other four. */
export const TOKEN_KINDS = ['input', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead', 'output'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/**
 * first-party: read on Anthropic's pages; quoted: a third party quoting them; inferred: worked out from neighbouring
 * prices; own: a price of the operator's own, for their source to vouch for.
 */
export type Confidence = 'first-party' | 'quoted' | 'inferred' | 'own';

/** A factor on the listed rate, as an exact decimal ("0.5", "1.1", "0" for what is not billed). */
export interface Multiplier {
  name: string;
  factor: string;
}

/** The price-card row a line was priced with. `since` is inclusive, `until` exclusive, both UTC dates; null means open. */
export interface ReceiptCard {
  model: string;
  band: string | null;
  since: string | null;
  until: string | null;
  source: string;
  confidence: Confidence;
}

export interface ReceiptLine {
  kind: TokenKind | 'webSearch';
  /** The model this line was priced at; a call can have hops at other models. */
  model: string;
  quantity: number;
  unit: 'token' | 'request';
  /** USD per million tokens or per request, before the multipliers; a decimal string as listed. */
  rateUsd: string;
  per: 'million' | 'one';
  multipliers: Multiplier[];
  /** USD with 12 places, after the multipliers. */
  amountUsd: string;
  card: ReceiptCard;
}

/**
 * What a reader should know about a cost:
 * estimated (an assumption was needed), inferred or quoted (a rate is not first-party), partial (a lower bound),
 * contract-priced (list price of a call paid by contract), unsplit-cache-write (5-minute writes assumed),
 * not-billed (all or part of the call costs nothing).
 */
export type ReceiptFlagName =
  | 'estimated'
  | 'inferred'
  | 'quoted'
  | 'partial'
  | 'contract-priced'
  | 'unsplit-cache-write'
  | 'not-billed';

export interface ReceiptFlag {
  flag: ReceiptFlagName;
  /** One sentence for people. */
  message: string;
}

export interface Receipt {
  /** Empty when the call is unpriced, or used nothing that costs. */
  lines: ReceiptLine[];
  /** USD with 12 places, the exact sum of the lines; null when unpriced. */
  totalUsd: string | null;
  /** What to know about the cost; empty when unpriced. */
  flags: ReceiptFlag[];
  /** Why there is no price, in a sentence; null when there is one. */
  unpricedReason: string | null;
}
