// What the plain apps of the tests install: the instrumentation packed as npm would publish it, and a folder of packages for each
// set of them, with npm. Both are made once a run, by whichever test comes first, outside the repository.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onceARun, RUN_FOLDER } from '../collector/src/store/run-folders.ts';

const run = promisify(execFile);

/** A folder whose node_modules has these packages, by name and version, and the packed instrumentation. Rejects when npm does. */
export function installed(packages: Record<string, string>): Promise<string> {
  const key = createHash('sha1').update(JSON.stringify(packages)).digest('hex');
  return once(`app-${key}`, async (folder) => {
    const tarball = await packed();
    const dependencies = { ...packages, '@spanledger/instrumentation': `file:${tarball}` };
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'plain-app', private: true, dependencies }));
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    await run(npm, ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], { cwd: folder });
  });
}

/** The tarball's path. */
async function packed(): Promise<string> {
  const folder = await once('packed', async (destination) => {
    const { stdout } = await run('pnpm', ['pack', '--json', '--pack-destination', destination], {
      cwd: join(import.meta.dirname, '..', 'instrumentation'),
      maxBuffer: 16 * 1024 * 1024,
    });
    const { filename } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { filename: string };
    await writeFile(join(destination, 'name'), filename.split('/').at(-1) ?? '');
  });
  return join(folder, readFileSync(join(folder, 'name'), 'utf8'));
}

const once = (name: string, fill: (folder: string) => Promise<void>): Promise<string> =>
  onceARun(process.env[RUN_FOLDER] ?? tmpdir(), name, fill);
