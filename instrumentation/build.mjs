/**
 * src -> dist: one ESM and one CommonJS file per entry, and the types of each module for both. Dependencies stay
 * outside, so that an application has one copy of the OpenTelemetry API.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

process.chdir(import.meta.dirname);
rmSync('dist', { recursive: true, force: true });

const external = [/^node:/, /^@opentelemetry\//];
const shared = {
  index: 'src/index.ts',
  'register-require': 'src/register-require.ts',
  'pricing/index': 'src/pricing/index.ts',
};
const formats = [
  // An import waits for the SDK's module; `require` cannot, and so has an entry of its own.
  { format: 'esm', extension: 'mjs', input: { ...shared, register: 'src/register.ts' } },
  { format: 'cjs', extension: 'cjs', input: shared },
];
for (const { format, extension, input } of formats) {
  const bundle = await rolldown({ input, external, platform: 'node' });
  await bundle.write({
    dir: 'dist',
    format,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `shared-[hash].${extension}`,
    sourcemap: false,
  });
  await bundle.close();
}

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
// The same types for `require`: TypeScript takes the format of a declaration from its file name.
for (const file of readdirSync('dist', { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.d.ts'))) {
  const types = readFileSync(join('dist', file), 'utf8');
  const naming = (extension) =>
    types.replace(/(from\s+|import\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g, `$1$2$3.${extension}$2`);
  writeFileSync(join('dist', file), naming('js'));
  writeFileSync(join('dist', file.replace(/\.d\.ts$/, '.d.cts')), naming('cjs'));
}
