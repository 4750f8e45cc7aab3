// The typed client of the API, for scripts and tests: paths, queries and answers come from the routes themselves.
import { hc } from 'hono/client';
import type { App } from './app.ts';

/** `baseUrl` such as http://127.0.0.1:4318; `token` where SPANLEDGER_ADMIN_TOKEN is set. */
export function createClient(baseUrl: string, token?: string) {
  return hc<App>(baseUrl, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
}
