// What `npm run move` was told: options, or the variables the collector reads where an option is not given. What is wrong is
// named as it was given.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from '../config.ts';
import type { StoreConfig } from '../store/connect.ts';

export interface MoveOptions {
  dataDir: string;
  target: StoreConfig & { kind: 'server' };
  /** For the collector that is to use the target, without the password: name and value. */
  environment: Record<string, string>;
}

const OPTIONS = {
  to: 'SPANLEDGER_CLICKHOUSE_URL',
  user: 'SPANLEDGER_CLICKHOUSE_USER',
  password: 'SPANLEDGER_CLICKHOUSE_PASSWORD',
  database: 'SPANLEDGER_CLICKHOUSE_DATABASE',
  cluster: 'SPANLEDGER_CLICKHOUSE_CLUSTER',
  'data-dir': 'SPANLEDGER_DATA_DIR',
} as const;
type Option = keyof typeof OPTIONS;
const NAMES = Object.keys(OPTIONS) as Option[];

/** Throws ConfigError. `from`: the folder that a relative --data-dir is meant from. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv, from: string): MoveOptions {
  const given = parse(args);
  const empty = NAMES.find((name) => given[name]?.trim() === '');
  if (empty !== undefined) throw new ConfigError(`--${empty} must not be empty`);
  if (given.to === undefined) throw new ConfigError('--to must name the ClickHouse server, such as http://db:8123');
  const dataDir = given['data-dir'] && resolve(from, given['data-dir']);
  const asked = { ...given, ...(dataDir === undefined ? {} : { 'data-dir': dataDir }) };
  const environment = Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = asked[name] ?? env[OPTIONS[name]];
      return value === undefined ? [] : [[OPTIONS[name], value]];
    }),
  );
  const target = readTarget(environment, (name) => asked[name] !== undefined || env[OPTIONS[name]] === undefined);
  return {
    dataDir: resolve(environment[OPTIONS['data-dir']] ?? './data'),
    target,
    environment: withoutSecrets(environment),
  };
}

function parse(args: readonly string[]): Partial<Record<Option, string>> {
  const options = Object.fromEntries(NAMES.map((name) => [name, { type: 'string' as const }]));
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new ConfigError((error as Error).message);
  }
}

/** By the collector's own rules. `byOption`: whether whoever asked knows this by its option. */
function readTarget(environment: Record<string, string>, byOption: (name: Option) => boolean): MoveOptions['target'] {
  try {
    const { store } = readConfig(environment);
    if (store.kind === 'server') return store;
    throw new ConfigError('--to must name the ClickHouse server');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const named = (message: string, name: Option): string => message.replaceAll(OPTIONS[name], `--${name}`);
    throw new ConfigError(NAMES.filter(byOption).reduce(named, error.message));
  }
}

function withoutSecrets(environment: Record<string, string>): Record<string, string> {
  const { [OPTIONS.password]: password, [OPTIONS.to]: url = '', ...others } = environment;
  return {
    [OPTIONS.to]: url.replaceAll(/\/\/[^/@,]*@/g, '//***@'),
    ...others,
    ...(password === undefined ? {} : { [OPTIONS.password]: '<the password>' }),
  };
}
