// The environment -> one frozen configuration, read once at the start. What is wrong stops the start with one line that
// names the variable.
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { RetainDays } from './retention/age.ts';
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
  /** How many requests share one insert. */
  commit: { ms: number; rows: number };
  /** Whether a row is on the disk itself, not only with the operating system, when it is acknowledged. */
  fsync: boolean;
  /** Where the embedded engine has its data, or with a server what cannot be stored now waits; absolute. */
  dataDir: string;
  /** How much may wait. */
  spoolMostBytes: number;
  retain: RetainDays;
  /** Of several collectors of a server: the one that settles is taken for gone after this long without a sign of life. */
  leaseMs: number;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export function readConfig(env: Record<string, string | undefined>): Config {
  const get: Get = (name) => {
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
    commit: {
      ms: whole(get, 'SPANLEDGER_COMMIT_MS', 20, 0, 10_000),
      rows: whole(get, 'SPANLEDGER_COMMIT_ROWS', 20_000, 1, 1_000_000),
    },
    fsync: flag(get, 'SPANLEDGER_FSYNC'),
    dataDir: dataDir(get),
    spoolMostBytes: whole(get, 'SPANLEDGER_SPOOL_MAX_MB', 1024, 1, 1024 * 1024) * 1024 * 1024,
    retain: readRetain(get),
    leaseMs: whole(get, 'SPANLEDGER_LEASE_MS', 30_000, 300, 45_000),
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

type Get = (name: string) => string | undefined;

const dataDir = (get: Get): string => resolve(get('SPANLEDGER_DATA_DIR') ?? './data');

function whole(get: Get, name: string, otherwise: number, least: number, most: number): number {
  const text = get(name);
  if (text === undefined) return otherwise;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new ConfigError(`${name} must be a whole number from ${least} to ${most}, not "${text.slice(0, 40)}"`);
  return value;
}

function readRetain(get: Get): RetainDays {
  const spans = days(get, 'SPANLEDGER_RETAIN_SPANS', 30);
  const reports = days(get, 'SPANLEDGER_RETAIN_REPORTS', null);
  const rollups = days(get, 'SPANLEDGER_RETAIN_ROLLUPS', null);
  if (rollups !== null && (reports === null || reports > rollups)) {
    throw new ConfigError(
      `SPANLEDGER_RETAIN_ROLLUPS (${rollups}) must not be shorter than SPANLEDGER_RETAIN_REPORTS (${reports ?? 'forever'}): roll-ups answer for the reports`,
    );
  }
  return { spans, reports, rollups };
}

function days(get: Get, name: string, otherwise: number | null): number | null {
  const text = get(name);
  if (text === undefined) return otherwise;
  if (text === 'forever') return null;
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new ConfigError(`${name} must be a number of days from 1 to 99999, or forever, not "${text.slice(0, 40)}"`);
  return Number(text);
}

function flag(get: Get, name: string): boolean {
  const text = get(name) ?? '0';
  if (text !== '0' && text !== '1') throw new ConfigError(`${name} must be 0 or 1, not "${text.slice(0, 40)}"`);
  return text === '1';
}

function readStore(get: Get): StoreConfig {
  const said = get('SPANLEDGER_CLICKHOUSE_URL');
  const cluster = readCluster(get);
  if (said === undefined) {
    if (cluster === undefined) return { kind: 'embedded', dataDir: dataDir(get) };
    throw new ConfigError(
      'SPANLEDGER_CLICKHOUSE_CLUSTER needs SPANLEDGER_CLICKHOUSE_URL: the embedded engine has no cluster',
    );
  }
  const urls = said.split(',').map((each) => each.trim());
  for (const each of urls) {
    if (URL.canParse(each) && /^https?:$/.test(new URL(each).protocol)) continue;
    throw new ConfigError(
      `SPANLEDGER_CLICKHOUSE_URL must be an http or https URL such as http://127.0.0.1:8123, not "${each.replace(/\/\/[^/@]*@/, '//***@')}"`,
    );
  }
  const [url = '', ...others] = urls;
  if (others.length > 0 && cluster === undefined) {
    throw new ConfigError(
      'SPANLEDGER_CLICKHOUSE_URL names several servers, which only SPANLEDGER_CLICKHOUSE_CLUSTER makes one: set it, or name one server',
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
    ...(cluster === undefined ? {} : { cluster: { name: cluster, others } }),
  };
}

function readCluster(get: Get): string | undefined {
  const name = get('SPANLEDGER_CLICKHOUSE_CLUSTER');
  if (name !== undefined && !/^[A-Za-z_][\w-]*$/.test(name))
    throw new ConfigError(
      `SPANLEDGER_CLICKHOUSE_CLUSTER must be the plain name of a cluster, not "${name.slice(0, 40)}"`,
    );
  return name;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
