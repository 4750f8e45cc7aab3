// The environment -> one frozen configuration, read once at the start. What is wrong stops the start with one line that
// names the variable.
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { StoreConfig } from './store/connect.ts';

export interface Config {
  host: string;
  port: number;
  store: StoreConfig;
  /** Wanted everywhere when set; must be set off loopback. */
  adminToken: string | null;
  /** Hosts and CIDR ranges that webhooks may reach although private. */
  webhookAllow: readonly string[];
  loopback: boolean;
  /** An hour is settled when no report of it came for this long. */
  settleAfterMs: number;
  /** The file with own prices, absolute; null without one. */
  pricesPath: string | null;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export function readConfig(env: Record<string, string | undefined>): Config {
  const get = (name: string): string | undefined => {
    const value = env[name]?.trim();
    return value === '' ? undefined : value;
  };
  const host = get('SPANLEDGER_HOST') ?? '127.0.0.1';
  const port = get('SPANLEDGER_PORT') ?? '4318';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new ConfigError(`SPANLEDGER_PORT must be a port from 0 to 65535, not "${port}"`);
  const loopback = isLoopback(host);
  const adminToken = get('SPANLEDGER_ADMIN_TOKEN') ?? null;
  const pricesPath = get('SPANLEDGER_PRICES');
  if (adminToken === null && !loopback) {
    throw new ConfigError(
      `SPANLEDGER_ADMIN_TOKEN must be set when SPANLEDGER_HOST (${host}) is not a loopback address: without it anyone could read and write the ledger`,
    );
  }
  if (adminToken !== null && adminToken.length < 12)
    throw new ConfigError('SPANLEDGER_ADMIN_TOKEN must have at least 12 characters');
  if (get('SPANLEDGER_CLICKHOUSE_CLUSTER')) {
    throw new ConfigError(
      'SPANLEDGER_CLICKHOUSE_CLUSTER is not supported yet: leave it unset and point SPANLEDGER_CLICKHOUSE_URL at one server',
    );
  }
  return Object.freeze({
    host,
    port: Number(port),
    store: readStore(get),
    adminToken,
    webhookAllow: (get('SPANLEDGER_WEBHOOK_ALLOW') ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
    loopback,
    settleAfterMs: readSettleAfter(get('SPANLEDGER_SETTLE_AFTER_MS')),
    pricesPath: pricesPath === undefined ? null : resolve(pricesPath),
  });
}

/** Short enough that an hour that is over is soon fast to ask about, long enough that the hour that runs is left alone. */
const SETTLE_AFTER_MS = 20_000;
function readSettleAfter(value: string | undefined): number {
  if (value === undefined) return SETTLE_AFTER_MS;
  if (!/^\d{1,8}$/.test(value))
    throw new ConfigError(`SPANLEDGER_SETTLE_AFTER_MS must be a number of milliseconds, not "${value}"`);
  return Number(value);
}

function readStore(get: (name: string) => string | undefined): StoreConfig {
  const url = get('SPANLEDGER_CLICKHOUSE_URL');
  if (url === undefined) return { kind: 'embedded', dataDir: resolve(get('SPANLEDGER_DATA_DIR') ?? './data') };
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new ConfigError(
      `SPANLEDGER_CLICKHOUSE_URL must be an http or https URL such as http://127.0.0.1:8123, not "${url.replace(/\/\/[^/@]*@/, '//***@')}"`,
    );
  }
  const database = get('SPANLEDGER_CLICKHOUSE_DATABASE') ?? 'spanledger';
  if (!/^[A-Za-z_]\w*$/.test(database))
    throw new ConfigError(`SPANLEDGER_CLICKHOUSE_DATABASE must be a plain name, not "${database}"`);
  return {
    kind: 'server',
    url,
    username: get('SPANLEDGER_CLICKHOUSE_USER') ?? 'default',
    password: get('SPANLEDGER_CLICKHOUSE_PASSWORD') ?? '',
    database,
  };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
