import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, isLoopback, readConfig } from './config.ts';

test('without any variable it listens on loopback, on the OTLP port, with the embedded engine', () => {
  expect(readConfig({})).toEqual({
    host: '127.0.0.1',
    port: 4318,
    store: { kind: 'embedded', dataDir: resolve('./data') },
    adminToken: null,
    webhookAllow: [],
    leaseMs: 30_000,
    loopback: true,
    settleAfterMs: 20_000,
    pricesPath: null,
    commit: { ms: 20, rows: 20_000 },
    fsync: false,
    dataDir: resolve('./data'),
    spoolMostBytes: 1024 * 1024 * 1024,
    retain: { spans: 30, reports: null, rollups: null },
  });
});

test('every variable is read, an empty one is as good as unset, and nothing can be changed afterwards', () => {
  const config = readConfig({
    SPANLEDGER_HOST: '0.0.0.0',
    SPANLEDGER_PORT: '0',
    SPANLEDGER_ADMIN_TOKEN: ' a-token-of-many-characters ',
    SPANLEDGER_CLICKHOUSE_URL: 'https://clickhouse.example:8443',
    SPANLEDGER_CLICKHOUSE_USER: 'ledger',
    SPANLEDGER_CLICKHOUSE_PASSWORD: 'secret',
    SPANLEDGER_CLICKHOUSE_DATABASE: '',
    SPANLEDGER_WEBHOOK_ALLOW: 'hooks.internal, 10.0.0.0/8,',
    SPANLEDGER_SETTLE_AFTER_MS: '500',
    SPANLEDGER_PRICES: 'prices.yaml',
    SPANLEDGER_DATA_DIR: '/var/ledger',
    SPANLEDGER_COMMIT_MS: '0',
    SPANLEDGER_COMMIT_ROWS: '500',
    SPANLEDGER_FSYNC: '1',
    SPANLEDGER_SPOOL_MAX_MB: '64',
    SPANLEDGER_RETAIN_SPANS: 'forever',
    SPANLEDGER_RETAIN_REPORTS: '400',
    SPANLEDGER_RETAIN_ROLLUPS: '800',
    SPANLEDGER_LEASE_MS: '45000',
  });
  expect(config).toEqual({
    host: '0.0.0.0',
    port: 0,
    store: {
      kind: 'server',
      url: 'https://clickhouse.example:8443',
      username: 'ledger',
      password: 'secret',
      database: 'spanledger',
    },
    adminToken: 'a-token-of-many-characters',
    webhookAllow: ['hooks.internal', '10.0.0.0/8'],
    leaseMs: 45_000,
    loopback: false,
    settleAfterMs: 500,
    pricesPath: resolve('prices.yaml'),
    commit: { ms: 0, rows: 500 },
    fsync: true,
    dataDir: '/var/ledger',
    spoolMostBytes: 64 * 1024 * 1024,
    retain: { spans: null, reports: 400, rollups: 800 },
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test.each([
  ['SPANLEDGER_PORT', { SPANLEDGER_PORT: 'http' }],
  ['SPANLEDGER_PORT', { SPANLEDGER_PORT: '65536' }],
  ['SPANLEDGER_PORT', { SPANLEDGER_PORT: '-1' }],
  ['SPANLEDGER_ADMIN_TOKEN', { SPANLEDGER_HOST: '0.0.0.0' }],
  ['SPANLEDGER_ADMIN_TOKEN', { SPANLEDGER_HOST: '127.example.com' }],
  ['SPANLEDGER_ADMIN_TOKEN', { SPANLEDGER_ADMIN_TOKEN: 'too short' }],
  ['SPANLEDGER_CLICKHOUSE_URL', { SPANLEDGER_CLICKHOUSE_URL: 'localhost:8123' }],
  ['SPANLEDGER_CLICKHOUSE_URL', { SPANLEDGER_CLICKHOUSE_URL: 'not a url' }],
  [
    'SPANLEDGER_CLICKHOUSE_DATABASE',
    { SPANLEDGER_CLICKHOUSE_URL: 'http://x:8123', SPANLEDGER_CLICKHOUSE_DATABASE: 'a; DROP' },
  ],
  ['SPANLEDGER_SETTLE_AFTER_MS', { SPANLEDGER_SETTLE_AFTER_MS: '20 s' }],
  ['SPANLEDGER_COMMIT_MS', { SPANLEDGER_COMMIT_MS: '20ms' }],
  ['SPANLEDGER_COMMIT_ROWS', { SPANLEDGER_COMMIT_ROWS: '0' }],
  ['SPANLEDGER_FSYNC', { SPANLEDGER_FSYNC: 'yes' }],
  ['SPANLEDGER_SPOOL_MAX_MB', { SPANLEDGER_SPOOL_MAX_MB: '-5' }],
  ['SPANLEDGER_CLICKHOUSE_CLUSTER', { SPANLEDGER_CLICKHOUSE_CLUSTER: 'main' }],
  [
    'SPANLEDGER_CLICKHOUSE_CLUSTER',
    { SPANLEDGER_CLICKHOUSE_URL: 'http://x:8123', SPANLEDGER_CLICKHOUSE_CLUSTER: "a' OR" },
  ],
  ['SPANLEDGER_CLICKHOUSE_URL', { SPANLEDGER_CLICKHOUSE_URL: 'http://x:8123,http://y:8123' }],
  [
    'SPANLEDGER_CLICKHOUSE_URL',
    { SPANLEDGER_CLICKHOUSE_URL: 'http://x:8123,y', SPANLEDGER_CLICKHOUSE_CLUSTER: 'main' },
  ],
  ['SPANLEDGER_LEASE_MS', { SPANLEDGER_LEASE_MS: '60000' }],
])('a wrong %s stops the start with one line that names it: %j', (name, env) => {
  let said = '';
  try {
    readConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    said = (error as Error).message;
  }
  expect(said).toMatch(new RegExp(`^${name} `));
  expect(said).not.toContain('\n');
});

test('a cluster has a name, and may have the addresses of all its nodes', () => {
  const env = { SPANLEDGER_CLICKHOUSE_URL: 'http://x:8123, http://y:8123', SPANLEDGER_CLICKHOUSE_CLUSTER: 'main' };
  expect(readConfig(env).store).toEqual({
    kind: 'server',
    url: 'http://x:8123',
    username: 'default',
    password: '',
    database: 'spanledger',
    cluster: { name: 'main', others: ['http://y:8123'] },
  });
});

test('a password in the ClickHouse URL that is wrong is not repeated', () => {
  expect(() => readConfig({ SPANLEDGER_CLICKHOUSE_URL: 'tcp://user:hunter2@db:9000' })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
  );
});

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['192.168.1.1', false],
  ['127.0.0.1.example.com', false],
  ['', false],
])('%s is a loopback address: %s', (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback);
});
