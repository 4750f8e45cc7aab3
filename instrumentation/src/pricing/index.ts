// Pricing: a call's raw usage in, an exact cost with its receipt out. Pure, without dependencies, the same in an app
// (cost on the span) and in the collector (cost in the ledger). Money is bigint pico-USD or a decimal string, never a float.
export { LIST_PRICES, priceBook, type OwnBand, type OwnPrice, type PriceBook } from './book.ts';
export { costUsdOf } from './cost.ts';
export { priceCall, type PriceInput, type Priced } from './price.ts';
export {
  TOKEN_KINDS,
  type Confidence,
  type Multiplier,
  type Receipt,
  type ReceiptCard,
  type ReceiptFlag,
  type ReceiptFlagName,
  type ReceiptLine,
  type TokenKind,
} from './receipt.ts';
export { splitUsage, type ClaudeUsage, type ClaudeUsageIteration, type SplitUsage } from './usage.ts';
export {
  BATCH_FACTOR,
  FAST_RATES,
  PRICED_MODELS,
  PRICE_TABLE_VERSION,
  PRICE_CARDS,
  RETIREMENTS,
  WEB_SEARCH_FEE,
  type FastRate,
  type PriceCard,
  type PromptBand,
  type Rates,
} from './cards.ts';
export { lackingCard } from './lacking.ts';
export { canonicalModel, cardsFor, resolveModel, type ResolvedModel } from './model-id.ts';
export { formatPico, parseUsd, PICO_PER_USD } from './usd.ts';
