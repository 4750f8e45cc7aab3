// /api/prices: the price cards, the own prices over them, and changing those that are not in a file.
import { Hono, type MiddlewareHandler } from 'hono';
import {
  BATCH_FACTOR,
  FAST_RATES,
  PRICE_CARDS,
  PRICE_TABLE_VERSION,
  RETIREMENTS,
  WEB_SEARCH_FEE,
} from '@spanledger/instrumentation/pricing';
import {
  addPricesQuerySchema,
  unpricedQuerySchema,
  type OwnPriceInput,
  type PricesAnswer,
  type UnpricedAnswer,
} from '../contract.ts';
import { withBody } from '../http/body.ts';
import { ApiError, invalidRequest } from '../http/errors.ts';
import { validate } from '../http/validate.ts';
import { PriceRefused, type Prices } from './prices.ts';

export interface PriceRoutesOptions {
  prices: Prices;
  unpriced: (window: { from: string; to: string }) => Promise<UnpricedAnswer>;
}

export function priceRoutes({ prices, unpriced }: PriceRoutesOptions) {
  return new Hono()
    .get('/prices', (c) => c.json(answerOf(prices), 200))
    .get('/prices/unpriced', validate('query', unpricedQuerySchema), async (c) => {
      const window = c.req.valid('query');
      if (Date.parse(window.from) >= Date.parse(window.to)) throw invalidRequest('to: must be later than from', 'to');
      return c.json(await unpriced(window), 200);
    })
    .post(
      '/prices',
      typedBody<OwnPriceInput | OwnPriceInput[]>(),
      validate('query', addPricesQuerySchema),
      async (c) => {
        const dryRun = c.req.valid('query').dryRun === 'true';
        const own = await answered(prices.add(await readText(c.req.raw), { dryRun }));
        return c.json({ own }, dryRun ? 200 : 201);
      },
    )
    .put('/prices/:id', typedBody<OwnPriceInput>(), async (c) =>
      c.json(await answered(prices.replace(c.req.param('id'), await readText(c.req.raw))), 200),
    )
    .delete('/prices/:id', async (c) => {
      await answered(prices.remove(c.req.param('id')));
      return c.body(null, 204);
    });
}

function answerOf(prices: Prices): PricesAnswer {
  return {
    version: prices.current().version,
    tableVersion: PRICE_TABLE_VERSION,
    cards: PRICE_CARDS.map(({ cells, ...card }) => ({ ...card, ...(cells && { cells }) })),
    fastRates: [...FAST_RATES],
    batchFactor: BATCH_FACTOR,
    webSearch: WEB_SEARCH_FEE,
    retirements: Object.entries(RETIREMENTS).map(([model, on]) => ({ model, on })),
    own: prices.own(),
    file: prices.file(),
  };
}

/** Tells the typed client what to send; the check is of the text itself, so that an error can name its line. */
function typedBody<Body>(): MiddlewareHandler<object, string, { in: { json: Body }; out: { json: Body } }> {
  return (_, next) => next();
}

/** The body as text; JSON and YAML are taken. */
async function readText(request: Request): Promise<string> {
  const type = request.headers.get('content-type') ?? '';
  const isJson = /^application\/json\s*(;|$)/i.test(type);
  if (!isJson && !/^(application|text)\/(x-)?yaml\s*(;|$)/i.test(type)) {
    throw new ApiError(415, 'unsupported_media_type', 'Send prices as application/json or application/yaml.', 'Content-Type'); // prettier-ignore
  }
  const text = await withBody(request, (body) => new TextDecoder().decode(body));
  if (isJson) {
    try {
      JSON.parse(text);
    } catch (error) {
      const line = Number(/line (\d+)/.exec((error as Error).message)?.[1] ?? 1); // as V8 says it; short texts are one line
      throw new ApiError(400, 'invalid_price', 'The body is not valid JSON.', undefined, line);
    }
  }
  return text;
}

const STATUS = { invalid_price: 400, not_found: 404, in_file: 409, price_in_use: 409 } as const;

/** A refusal of the prices as one of the API. */
async function answered<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof PriceRefused)) throw error;
    const { field, line, message } = error.error ?? { field: null, line: null, message: error.message };
    const text = field === null ? message : `${field}: ${message}`;
    throw new ApiError(STATUS[error.code], error.code, text, field ?? undefined, line ?? undefined);
  }
}
