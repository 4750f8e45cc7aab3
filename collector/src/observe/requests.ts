// How long requests take, by route and status: the ingest of `/v1/traces` and every question of `/api` among them.
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { Histogram, type Registry } from 'prom-client';

const BUCKETS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function measureRequests(registry: Registry): MiddlewareHandler {
  const seconds = new Histogram({
    name: 'spanledger_http_request_duration_seconds',
    help: 'Requests answered, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  });
  return async (c, next) => {
    const begun = performance.now();
    await next();
    // The pattern and not the path: ids in it would make a series each. What no route names are files and mistakes.
    const route = matchedRoutes(c).findLast(({ path, method }) => method !== 'ALL' && !path.endsWith('*'))?.path;
    const labels = { method: known(c.req.method), route: route ?? 'other', status: String(c.res.status) };
    seconds.observe(labels, (performance.now() - begun) / 1000);
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const known = (method: string): string => (METHODS.has(method) ? method : 'other');
