// `npm run move -- --to <url>`: the ledger of a data directory into a ClickHouse server. See docs/operations.md.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerSums } from '../backup/manifest.ts';
import { ConfigError } from '../config.ts';
import { openStore } from '../store/connect.ts';
import { migrate } from '../store/migrate.ts';
import { StoreError, type Store } from '../store/store.ts';
import { MoveRefused, moveLedger } from './move.ts';
import { readOptions, type MoveOptions } from './options.ts';
import { createProgress } from './progress.ts';

const USAGE = `Usage: npm run move -- --to <url> [--user <name>] [--password <password>] [--database <name>] [--cluster <name>] [--data-dir <folder>]
  What is not given is read from SPANLEDGER_CLICKHOUSE_USER, _PASSWORD, _DATABASE, _CLUSTER and SPANLEDGER_DATA_DIR.
`;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2), process.env, process.env['INIT_CWD'] ?? '.');
    process.stdout.write(ending(options, await move(options)));
    return 0;
  } catch (error) {
    if (error instanceof ConfigError) {
      process.stderr.write(`${error.message}\n${USAGE}`);
      return 2;
    }
    if (error instanceof MoveRefused) process.stderr.write(`Not moved. ${error.message}\n`);
    else if (error instanceof StoreError) process.stderr.write(`The move stopped: ${reasonOf(error)}\n`);
    else throw error;
    return 1;
  }
}

async function move({ dataDir, target: config }: MoveOptions): Promise<LedgerSums> {
  if (!existsSync(join(dataDir, 'clickhouse')))
    throw new ConfigError(`${dataDir} has no ledger: name its folder with --data-dir or SPANLEDGER_DATA_DIR`);
  // The engine lets one process in: nobody adds a call while it is read.
  const source = await openStore({ kind: 'embedded', dataDir });
  let target: Store | null = null;
  const begun = performance.now();
  const progress = createProgress(
    { write: (text) => process.stderr.write(text), isTTY: process.stderr.isTTY },
    () => performance.now() - begun,
  );
  try {
    await migrate(source);
    target = await openStore(config);
    return await moveLedger(source, target, progress.show);
  } catch (error) {
    if (!(error instanceof MoveRefused)) throw error;
    throw new MoveRefused(`The database ${config.database} at ${config.url}: ${error.message}.`);
  } finally {
    progress.end();
    await target?.close();
    await source.close();
  }
}

/** What the driver said belongs to whoever started this; it goes to no log. */
function reasonOf({ code, message, cause }: StoreError): string {
  const said = cause instanceof Error ? cause.message || ((cause as NodeJS.ErrnoException).code ?? '') : '';
  const reason = said === '' || message.includes(said) ? message : `${message}: ${said}`;
  return code === 'unavailable'
    ? `${reason}\nStart it again with the same options: it goes on where it stopped.`
    : reason;
}

function ending({ dataDir, environment }: MoveOptions, sums: LedgerSums): string {
  const { reports, spans, reportsCostUsd, reportsTokens } = sums;
  const variables = Object.entries(environment).map(([name, value]) => `  ${name}=${value}`);
  return `Moved, and counted the same on both sides: ${reports} reports of ${reportsCostUsd} USD and ${reportsTokens} tokens, ${spans} spans.
Set for the collector:
${variables.join('\n')}
${join(dataDir, 'clickhouse')} is left as it was. Calls wait in ${join(dataDir, 'spool')} while the server is away.
`;
}
