// Who may speak to this process. With an admin token: whoever shows it, as a bearer token or as the dashboard's cookie,
// everywhere but where a probe or the log-in page needs none. Without one (loopback only): whoever is on this machine
// and not a web page of another origin; a foreign Host or Origin is refused, so that no site can reach in by DNS rebinding.
// An ingest key opens what takes calls in (/v1/traces, /v1/logs, /v1/metrics, POST /api/calls) and nothing else.
import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono, type MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { isLoopback } from '../config.ts';
import type { IngestKeys } from '../keys/keys.ts';
import { ApiError } from './errors.ts';
import { validate, wantsJson } from './validate.ts';

const COOKIE = 'spanledger_session';
const GUARDED = /^\/(api|v1)(\/|$)|^\/metrics$/;
const INGEST = /^\/(v1\/(traces|logs|metrics)|api\/calls)$/;
const KEY_HEADER = 'x-spanledger-key';

export function access(
  config: Pick<Config, 'adminToken' | 'loopback'>,
  keys: Pick<IngestKeys, 'accepts'>,
): MiddlewareHandler {
  return async (c, next) => {
    if (config.loopback) refuseForeign(c.req.header('host'), c.req.header('origin'));
    const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    const ingests = c.req.method === 'POST' && INGEST.test(c.req.path);
    // Looked at also where no token is set, so that its last use is known there too.
    const byKey = ingests && [c.req.header(KEY_HEADER), bearer].some((key) => key !== undefined && keys.accepts(key));
    if (config.adminToken !== null && !byKey && GUARDED.test(c.req.path) && c.req.path !== '/api/session') {
      const cookie = getCookie(c, COOKIE);
      const known =
        (bearer !== undefined && same(bearer, config.adminToken)) ||
        (cookie !== undefined && same(cookie, sessionOf(config.adminToken)));
      if (!known) {
        c.header('www-authenticate', 'Bearer realm="spanledger"');
        throw new ApiError(401, 'unauthorized', ingests ? WANTED_TO_INGEST : WANTED);
      }
    }
    await next();
  };
}

const WANTED =
  'Send the admin token: Authorization: Bearer <SPANLEDGER_ADMIN_TOKEN>. An ingest key opens what takes calls in, and nothing else.';
const WANTED_TO_INGEST =
  'Send an ingest key or the admin token: Authorization: Bearer <key>, or x-spanledger-key: <key>.';

/** POST /api/session {token}: the dashboard's log-in. */
export function sessionRoutes(config: Pick<Config, 'adminToken'>) {
  return new Hono().post('/session', wantsJson, validate('json', z.strictObject({ token: z.string() })), (c) => {
    const { token } = c.req.valid('json');
    if (config.adminToken !== null) {
      if (!same(token, config.adminToken))
        throw new ApiError(401, 'unauthorized', 'This is not the admin token.', 'token');
      const secure = c.req.header('x-forwarded-proto') === 'https';
      setCookie(c, COOKIE, sessionOf(config.adminToken), {
        httpOnly: true,
        sameSite: 'Strict',
        path: '/',
        maxAge: 30 * 86_400,
        secure,
      });
    }
    return c.json({ ok: true });
  });
}

function refuseForeign(host: string | undefined, origin: string | undefined): void {
  const name = hostName(host ?? '');
  if (!isLoopback(name))
    throw new ApiError(403, 'foreign_host', `This service answers on this machine only, not as "${name}".`, 'Host');
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new ApiError(403, 'foreign_origin', `Requests from pages of ${origin} are refused.`, 'Origin');
  }
}

function hostName(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '') : host;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const same = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
const sessionOf = (token: string): string => digest(`spanledger-session:${token}`).toString('base64url');
