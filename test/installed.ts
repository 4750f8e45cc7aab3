// What the plain apps of the tests install: the instrumentation packed as npm would publish it, and a folder of packages for each
// set of them, with npm. Both are made once a run, by whichever test comes first, outside the repository.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

const FOLDER = 'SPANLEDGER_TEST_APPS';
const LOOK_MS = 100;
const run = promisify(execFile);

/** Before and after a run: where it keeps them. */
export default function setup({ config }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'spanledger-apps-'));
  config.env[FOLDER] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

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

/** The folder of this name, filled by whoever asks first in the run; the others wait for it, and fail when it did. */
async function once(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(process.env[FOLDER] ?? tmpdir(), name);
  const [done, failed] = [`${folder}.done`, `${folder}.failed`];
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    while (!(await exists(done))) {
      if (await exists(failed)) throw new Error(readFileSync(failed, 'utf8'));
      await wait(LOOK_MS);
    }
    return folder;
  }
  try {
    await fill(folder);
    writeFileSync(done, '');
    return folder;
  } catch (error) {
    writeFileSync(failed, String(error));
    throw error;
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
