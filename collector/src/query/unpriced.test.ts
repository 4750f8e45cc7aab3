import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { LIST_PRICES, priceBook, priceCall, type OwnPrice } from '@spanledger/instrumentation/pricing';
import { ownPriceSchema } from '../contract.ts';
import { reportFromPostedCall, type PostedCall } from '../ingest/posted-call.ts';
import { createPipeline } from '../pipeline.ts';
import { emptyLedger } from '../retention/fakes.ts';
import { openTemporaryStore } from '../store/fakes.ts';
import type { Store } from '../store/store.ts';
import { queryUnpriced, suggestionFor } from './unpriced.ts';

const WINDOW = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
let store: Store;
beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store?.close());
beforeEach(() => emptyLedger(store));

const call = (requestId: string, day: string, rest: Partial<PostedCall>): PostedCall => ({
  requestId,
  startedAt: `2026-11-${day}T10:00:00Z`,
  durationMs: 5,
  ...rest,
});
const answered = (model: string, usage: Record<string, unknown>) => ({ response: { model, usage } });

test('calls without a price are told by model and reason, with an own price that would price them', async () => {
  const usage = { input_tokens: 100, output_tokens: 20, cache_read_input_tokens: 3 };
  const calls = [
    call('r1', '03', answered('claude-opus-6', usage)),
    call('r2', '02', answered('claude-opus-6', usage)),
    // The same call once more, as an exporter's retry: counted once.
    call('r2', '02', answered('claude-opus-6', usage)),
    call('r3', '04', answered('claude-opus-5-5', usage)),
    call('r4', '05', { model: 'claude-opus-5-5', error: { type: 'connection_error' } }),
  ];
  await createPipeline({ store }).ingestReports(calls.map(reportFromPostedCall));
  const { models } = await queryUnpriced(store, WINDOW, LIST_PRICES);
  expect(models).toEqual([
    {
      model: 'claude-opus-6',
      reason: 'No price is known for the model "claude-opus-6".',
      calls: 2,
      inputTokens: 200,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
      cacheReadTokens: 6,
      outputTokens: 40,
      firstSeenAt: '2026-11-02T10:00:00.000Z',
      lastSeenAt: '2026-11-03T10:00:00.000Z',
      similarTo: 'claude-opus-5',
      suggestedCard: {
        model: 'claude-opus-6',
        since: '2026-11-02',
        until: null,
        usdPerMtok: { input: '5', cacheWrite5m: '6.25', cacheWrite1h: '10', cacheRead: '0.50', output: '25' },
        newModel: true,
        source: 'copied from claude-opus-5, not a price of this model: check it',
      },
      pricedByNow: false,
    },
    {
      model: 'claude-opus-5-5',
      reason: 'no usage was reported: the answer was not read, or never came',
      calls: 1,
      inputTokens: 0,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
      cacheReadTokens: 0,
      outputTokens: 0,
      firstSeenAt: '2026-11-05T10:00:00.000Z',
      lastSeenAt: '2026-11-05T10:00:00.000Z',
      similarTo: null,
      suggestedCard: null,
      pricedByNow: false,
    },
  ]);
  expect(await queryUnpriced(store, { ...WINDOW, from: '2026-11-06T00:00:00Z' }, LIST_PRICES)).toEqual({ models: [] });
});

test('only calls that a re-pricing would price are priced by now', async () => {
  const usage = { input_tokens: 100, output_tokens: 20 };
  const calls = [
    call('r1', '03', answered('claude-opus-6', usage)),
    call('r2', '05', answered('claude-opus-6', usage)),
    call('r3', '05', { model: 'claude-opus-5-5', error: { type: 'connection_error' } }),
  ];
  await createPipeline({ store }).ingestReports(calls.map(reportFromPostedCall));
  const own = (model: string, since: string, rest: Partial<OwnPrice>): OwnPrice => ({ model, since, until: null, source: 'x', ...rest }); // prettier-ignore
  const opus = (since: string) => own('claude-opus-6', since, { newModel: true, usdPerMtok: rates });
  const cheaper = own('claude-opus-5-5', '2026-11-01', { percentOff: '10' });
  const pricedBy = async (...prices: OwnPrice[]) => {
    const { models } = await queryUnpriced(store, WINDOW, priceBook(prices));
    return models.filter(({ pricedByNow }) => pricedByNow).map(({ model }) => model);
  };
  expect(await pricedBy()).toEqual([]);
  expect(await pricedBy(opus('2026-11-03'), cheaper)).toEqual(['claude-opus-6']);
  // The first call was made before it.
  expect(await pricedBy(opus('2026-11-04'))).toEqual([]);
  // An own price of the model alone does not give a call its usage.
  expect(await pricedBy(cheaper)).toEqual([]);
});

const SEEN = '2026-11-02T10:00:00.000Z';
const reasonOf = (model: string, usage: Record<string, unknown>, at = SEEN, prices = priceBook([])) =>
  priceCall({ model, at: Date.parse(at), usage: { input_tokens: 1, output_tokens: 1, ...usage } }, prices).receipt
    .unpricedReason ?? '';
const rates = { input: '1', cacheWrite5m: null, cacheWrite1h: null, cacheRead: null, output: '2' };
const opus6 = { model: 'claude-opus-6', since: '2026-11-01', until: null, newModel: true, source: 'x' } as const;

test.each([
  ['a model written as a cloud does', 'eu.anthropic.claude-opus-6-v1:0', reasonOf('eu.anthropic.claude-opus-6-v1:0', {}), 'claude-opus-6', 'claude-opus-5'], // prettier-ignore
  ['a dated snapshot', 'claude-haiku-5-5-20261201', reasonOf('claude-haiku-5-5-20261201', {}), 'claude-haiku-5-5-20261201', 'claude-haiku-5-5'], // prettier-ignore
  ['a model like none', 'gpt-4o', reasonOf('gpt-4o', {}), 'gpt-4o', null],
  ['a kind without a rate', 'claude-3-sonnet-20240229', reasonOf('claude-3-sonnet-20240229', { cache_creation: { ephemeral_1h_input_tokens: 1 } }), 'claude-3-sonnet-20240229', null], // prettier-ignore
  ['a new model without the kind', 'claude-opus-6', reasonOf('claude-opus-6', { cache_read_input_tokens: 1 }, SEEN, priceBook([{ ...opus6, usdPerMtok: rates }])), 'claude-opus-6', 'claude-opus-5'], // prettier-ignore
  ['a new model before its day', 'claude-opus-6', reasonOf('claude-opus-6', {}, '2026-10-02T10:00:00Z', priceBook([{ ...opus6, usdPerMtok: rates }])), 'claude-opus-6', 'claude-opus-5'], // prettier-ignore
])('what would price %s is read from the reason', (_, model, reason, canonical, similarTo) => {
  const suggestion = suggestionFor(reason, model, SEEN);
  expect([suggestion.suggestedCard?.model, suggestion.similarTo]).toEqual([canonical, similarTo]);
  expect(ownPriceSchema.safeParse(suggestion.suggestedCard).success).toBe(true);
});

test('only the kind that is lacking is to be filled in', () => {
  const reason = 'No cacheWrite1h price of claude-3-sonnet-20240229 was ever published.';
  expect(suggestionFor(reason, 'claude-3-sonnet-20240229', SEEN).suggestedCard?.usdPerMtok).toEqual({
    cacheWrite1h: null,
  });
});
