// `npm run import -- <paths...>`: calls of the past, from files, into a running collector. See docs/connect.md.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { emptySummary, runImport, type Summary } from './run.ts';
import { poster, SendingStopped } from './send.ts';

const USAGE = `Usage: npm run import -- <files or folders...> [options]
  Reads Claude Code's transcripts (~/.claude/projects) and JSONL of API answers; sends them to a running collector.
  --dry-run            read and count, send nothing
  --feature <name>     the feature of calls that name none
  --since <date>       leave out calls before it (2026-11-01 or 2026-11-01T09:30:00Z)
  --at <instant>       when the calls were made, for lines that say no time
  --batch <id>         the message batch that results belong to
  --token <token>      the admin token or an ingest key
  The collector is the one of SPANLEDGER_ENDPOINT, else that on SPANLEDGER_PORT (4318) of this machine.
`;
const SHOWN = 20;

process.exitCode = await main();

async function main(): Promise<number> {
  const given = argumentsOf();
  if (typeof given === 'string') {
    process.stderr.write(`${given}\n${USAGE}`);
    return 2;
  }
  const { positionals, values } = given;
  const dryRun = values['dry-run'] === true;
  const endpoint = process.env['SPANLEDGER_ENDPOINT'] ?? `http://127.0.0.1:${process.env['SPANLEDGER_PORT'] ?? '4318'}`;
  const summary = emptySummary();
  let stopped: string | null = null;
  try {
    await runImport(
      {
        ...values,
        // npm starts scripts in the root; paths are meant from where the person stands.
        paths: positionals.map((path) => resolve(process.env['INIT_CWD'] ?? '.', path)),
        post: dryRun ? null : poster(endpoint, values.token),
        onProgress: progress,
      },
      summary,
    );
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (error instanceof SendingStopped) stopped = error.message;
    else if (code !== undefined && path !== undefined) stopped = `${path} cannot be read (${code})`;
    else throw error;
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  process.stdout.write(words(summary, dryRun, endpoint));
  if (stopped !== null)
    process.stderr.write(`Stopped: ${stopped}\nStart it again with the same paths: nothing is counted twice.\n`);
  return stopped === null && summary.skipped.length === 0 ? 0 : 1;
}

function argumentsOf() {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean' },
        feature: { type: 'string' },
        since: { type: 'string' },
        at: { type: 'string' },
        batch: { type: 'string' },
        token: { type: 'string' },
      },
    });
    for (const name of ['since', 'at'] as const) {
      const value = values[name];
      if (value === undefined) continue;
      if (Number.isNaN(Date.parse(value))) return `--${name}: must be a date such as 2026-11-01, not "${value}"`;
      values[name] = new Date(value).toISOString();
    }
    return positionals.length === 0 ? 'Name at least one file or folder.' : { positionals, values };
  } catch (error) {
    return (error as Error).message;
  }
}

function progress({ files, calls, sent }: Summary): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${calls} calls of ${files} files read, ${sent} sent`);
}

function words(summary: Summary, dryRun: boolean, endpoint: string): string {
  const { files, lines, calls, sent, beforeSince, noCall, skipped } = summary;
  const others = [...noCall].map(([what, count]) => `${count} ${what}`);
  return [
    `${calls} calls in ${lines} lines of ${files} files.`,
    dryRun
      ? 'Nothing was sent (--dry-run).'
      : `${sent} reports sent to ${endpoint}. Which of them it knew already it cannot say: a call counts once, however often it is sent.`,
    ...(beforeSince > 0 ? [`${beforeSince} calls before --since were left out.`] : []),
    ...(others.length > 0 ? [`No calls: ${others.join(', ')}.`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} skipped:`] : []),
    ...skipped.slice(0, SHOWN).map(({ at, reason }) => `  ${at}: ${reason}`),
    ...(skipped.length > SHOWN ? [`  and ${skipped.length - SHOWN} more`] : []),
    '',
  ].join('\n');
}
