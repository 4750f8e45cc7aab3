// POST /api/explain: what the collector would make of an export, and why. Nothing is stored.
import { Hono } from 'hono';
import { explain, type PriceOf, type Tag } from '../ingest/explain.ts';
import { OtlpError } from '../ingest/otlp.ts';
import { withBody } from './body.ts';
import { ApiError, invalidRequest } from './errors.ts';

export function explainRoutes(priceOf: PriceOf, tag: Tag) {
  return new Hono().post('/explain', async (c) => {
    const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json' && type !== 'application/x-protobuf') {
      throw new ApiError(
        415,
        'unsupported_media_type',
        'Send an OTLP export as application/json or application/x-protobuf, or one span as application/json.',
      );
    }
    return withBody(c.req.raw, (body) => {
      try {
        return c.json(explain(body, type === 'application/json' ? 'json' : 'protobuf', priceOf, tag));
      } catch (error) {
        throw error instanceof OtlpError ? invalidRequest(`${error.message}.`) : error;
      }
    });
  });
}
