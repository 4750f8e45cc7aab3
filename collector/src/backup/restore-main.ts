// `npm run restore -- <file> [--data-dir <folder>]`: a backup into a data directory that has no ledger. See docs/operations.md.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { restoreLedger } from './restore.ts';

const from = process.env['INIT_CWD'] ?? '.';
try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'data-dir': { type: 'string' } } });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Error('Usage: npm run restore -- <file> [--data-dir <folder>]');
  const given = values['data-dir'];
  // Nobody who has a server means the folder that a collector without one would take.
  if (given === undefined && process.env['SPANLEDGER_CLICKHOUSE_URL'])
    throw new Error(
      'SPANLEDGER_CLICKHOUSE_URL is set, and a restore goes into the embedded engine: name a folder with --data-dir, or restore the server with its own RESTORE.',
    );
  const dataDir = given === undefined ? resolve(process.env['SPANLEDGER_DATA_DIR'] ?? './data') : resolve(from, given);
  const { reports, spans, reportsCostUsd, takenAt } = await restoreLedger(resolve(from, file), dataDir);
  process.stdout.write(
    `${dataDir} holds the ledger of ${takenAt}: ${reports} reports of ${reportsCostUsd} USD and ${spans} spans, as its manifest says.\n`,
  );
} catch (error) {
  process.stderr.write(`Nothing was restored. ${(error as Error).message}\n`);
  process.exitCode = 1;
}
