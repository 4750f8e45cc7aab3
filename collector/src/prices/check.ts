// `npm run prices -- check prices.yaml`: whether a prices file would be taken, without a collector that runs.
// Every error is one line as compilers write it, so that an editor can jump there; the exit code is 1 then.
import { resolve } from 'node:path';
import { readPriceFile } from './file.ts';
import { errorLine, parsePrices } from './parse-prices.ts';

const [command, path, ...more] = process.argv.slice(2);
if (command !== 'check' || path === undefined || more.length > 0) {
  process.stderr.write('Usage: npm run prices -- check <prices.yaml or prices.json>\n');
  process.exitCode = 2;
} else process.exitCode = await check(path);

async function check(file: string): Promise<number> {
  // npm starts scripts in the root; the path is meant from where the person stands.
  const read = await readPriceFile(resolve(process.env['INIT_CWD'] ?? '.', file));
  if (!('text' in read)) {
    process.stderr.write(`${file}: ${read.problem}\n`);
    return 1;
  }
  const parsed = parsePrices(read.text, 'file');
  if (!parsed.ok) {
    for (const error of parsed.errors) process.stderr.write(`${errorLine(file, error)}\n`);
    return 1;
  }
  const { length } = parsed.prices;
  process.stdout.write(`${length} own ${length === 1 ? 'price is' : 'prices are'} valid\n`);
  return 0;
}
