import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

const read = (args: string[], env: NodeJS.ProcessEnv = {}) => readOptions(args, env, '/home/ada');

test('the target is what the options say, else what the variables of the collector say', () => {
  const env = {
    SPANLEDGER_CLICKHOUSE_USER: 'ada',
    SPANLEDGER_CLICKHOUSE_PASSWORD: 'secret',
    SPANLEDGER_DATA_DIR: '/data',
  };
  expect(read(['--to', 'http://db:8123', '--user', 'ledger', '--database', 'calls'], env)).toEqual({
    dataDir: resolve('/data'),
    target: { kind: 'server', url: 'http://db:8123', username: 'ledger', password: 'secret', database: 'calls' },
    environment: {
      SPANLEDGER_CLICKHOUSE_URL: 'http://db:8123',
      SPANLEDGER_CLICKHOUSE_USER: 'ledger',
      SPANLEDGER_CLICKHOUSE_PASSWORD: '<the password>',
      SPANLEDGER_CLICKHOUSE_DATABASE: 'calls',
      SPANLEDGER_DATA_DIR: '/data',
    },
  });
});

test('a folder is meant from where the person stands', () => {
  expect(read(['--to', 'http://db:8123', '--data-dir', 'ledger']).dataDir).toBe(resolve('/home/ada/ledger'));
});

test('several nodes are a cluster', () => {
  const { target } = read(['--to', 'http://a:8123,http://b:8123', '--cluster', 'all']);
  expect(target).toMatchObject({ url: 'http://a:8123', cluster: { name: 'all', others: ['http://b:8123'] } });
});

test.each([
  [[], '--to must name the ClickHouse server, such as http://db:8123'],
  [['--to', ''], '--to must not be empty'],
  [['--to', 'db:8123'], '--to must be an http or https URL such as http://127.0.0.1:8123, not "db:8123"'],
  [['--to', 'http://a,http://b'], '--to names several servers, which only --cluster makes one: set it, or name one server'], // prettier-ignore
  [['--to', 'http://a', '--database', 'a-b'], '--database must be a plain name, not "a-b"'],
  [['--to', 'http://a', '--cluster', 'a b'], '--cluster must be the plain name of a cluster, not "a b"'],
])('%j is refused by the name of the option', (args, message) => {
  expect(() => read(args)).toThrow(message);
});

test('what is no option is named, and so is an option without a value', () => {
  expect(() => read(['--to', 'http://a', '--form', 'b'])).toThrow("Unknown option '--form'");
  expect(() => read(['--to', 'http://a', '--user'])).toThrow("'--user <value>' argument missing");
  expect(() => read(['http://a'])).toThrow("Unexpected argument 'http://a'");
});

test('a variable that is wrong is named as a variable', () => {
  expect(() => read(['--to', 'http://a'], { SPANLEDGER_CLICKHOUSE_DATABASE: 'a-b' })).toThrow(
    'SPANLEDGER_CLICKHOUSE_DATABASE must be a plain name, not "a-b"',
  );
});

test('no password is said again', () => {
  expect(read(['--to', 'http://ada:secret@db:8123']).environment).toEqual({
    SPANLEDGER_CLICKHOUSE_URL: 'http://***@db:8123',
  });
});
