// "Which calls have no price, and what would price them": by model and reason, over merged calls as every page.
import { distance } from 'fastest-levenshtein';
import {
  canonicalModel,
  cardsFor,
  lackingCard,
  priceCall,
  PRICED_MODELS,
  resolveModel,
  TOKEN_KINDS,
  type PriceBook,
  type PriceCard,
} from '@spanledger/instrumentation/pricing';
import type { OwnPriceJson, UnpricedAnswer } from '../contract.ts';
import type { Store } from '../store/store.ts';
import { instantOf, microsOf } from './merged-calls.ts';
import { smallRollup, UNPRICED } from './small-rollups.ts';

const MOST_GROUPS = 200;

const sqlOver = (rows: string): string => `
SELECT called_model, reason, sum(calls) AS calls, sum(input) AS inputTokens, sum(cache_write_5m) AS cacheWrite5mTokens,
  sum(cache_write_1h) AS cacheWrite1hTokens, sum(cache_read) AS cacheReadTokens, sum(output) AS outputTokens,
  toUnixTimestamp64Micro(min(first_at)) AS firstMicros, toUnixTimestamp64Micro(max(last_at)) AS lastMicros
FROM (${rows})
GROUP BY called_model, reason
ORDER BY calls DESC, called_model, reason
LIMIT ${MOST_GROUPS}`;

interface Row {
  called_model: string | null;
  reason: string;
  calls: number;
  inputTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  cacheReadTokens: number;
  outputTokens: number;
  firstMicros: number;
  lastMicros: number;
}

/** `prices`: those of now, which a re-pricing would price the calls by. */
export async function queryUnpriced(
  store: Store,
  { from, to }: { from: string; to: string },
  prices: PriceBook,
): Promise<UnpricedAnswer> {
  const window = { fromMicros: microsOf(from), toMicros: microsOf(to) };
  const unpriced = await smallRollup(store, UNPRICED, window);
  const rows = await store.query<Row>(sqlOver(unpriced.rows), unpriced.parameters);
  return {
    models: rows.map((row) => {
      const { called_model: model, firstMicros, lastMicros, ...group } = row;
      const firstSeenAt = instantOf(firstMicros);
      return {
        model,
        ...group,
        firstSeenAt,
        lastSeenAt: instantOf(lastMicros),
        ...suggestionFor(group.reason, model, firstSeenAt),
        pricedByNow: isPricedByNow(row, prices),
      };
    }),
  };
}

/** Where a price was all that lacked: whether an average one of the calls has one now, made when the first was and the last. */
function isPricedByNow(row: Row, prices: PriceBook): boolean {
  if (row.called_model === null || lackingCard(row.reason) === null) return false;
  const each = (tokens: number): number => Math.ceil(tokens / row.calls);
  const usage = {
    input_tokens: each(row.inputTokens),
    cache_creation: {
      ephemeral_5m_input_tokens: each(row.cacheWrite5mTokens),
      ephemeral_1h_input_tokens: each(row.cacheWrite1hTokens),
    },
    cache_read_input_tokens: each(row.cacheReadTokens),
    output_tokens: each(row.outputTokens),
  };
  return [row.firstMicros, row.lastMicros].every(
    (micros) => priceCall({ model: row.called_model, at: micros / 1000, usage }, prices).costPico !== null,
  );
}

/** The own price that would price such calls, from the day the first was seen; without one where no card would help. */
export function suggestionFor(
  reason: string,
  calledModel: string | null,
  firstSeenAt: string,
): { similarTo: string | null; suggestedCard: OwnPriceJson | null } {
  const lacking = lackingCard(reason);
  if (lacking === null) return { similarTo: null, suggestedCard: null };
  // A sentence shows the start of a very long id only.
  const named = lacking.model.endsWith('…') ? (calledModel ?? lacking.model) : lacking.model;
  const card = { model: canonicalModel(named), since: firstSeenAt.slice(0, 10), until: null };
  const source = 'fill in: where this price was agreed';
  if (resolveModel(named) !== null) {
    const kinds = TOKEN_KINDS.filter((kind) => lacking.kind === null || kind === lacking.kind);
    const usdPerMtok = Object.fromEntries(kinds.map((kind) => [kind, null]));
    return { similarTo: null, suggestedCard: { ...card, usdPerMtok, source } };
  }
  const similar = similarCard(card.model);
  const usdPerMtok = { ...(similar?.usdPerMtok ?? NO_RATES) };
  return {
    similarTo: similar?.model ?? null,
    suggestedCard: {
      ...card,
      usdPerMtok,
      newModel: true,
      source: similar === null ? source : `copied from ${similar.model}, not a price of this model: check it`,
    },
  };
}

const NO_RATES = { input: null, cacheWrite5m: null, cacheWrite1h: null, cacheRead: null, output: null };

/** The newest row of the model whose id is most like this one, dates of snapshots aside; null when none is like it. */
function similarCard(model: string): PriceCard | null {
  const plain = (id: string): string => id.replace(/-\d{8}$/, '');
  const [nearest] = PRICED_MODELS.map((id) => ({ id, steps: distance(plain(id), plain(model)) })).toSorted(
    (one, other) => one.steps - other.steps,
  );
  if (nearest === undefined || nearest.steps > plain(model).length / 4) return null;
  const cards = cardsFor(nearest.id).filter((card) => card.until === null);
  return cards.find((card) => card.band === null) ?? cards.at(-1) ?? null;
}
