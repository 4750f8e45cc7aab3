// What a browser must fetch before the first chart of a page, weighed from the build: JavaScript, gzipped as the collector
// sends it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const DIST = join(import.meta.dirname, '..', 'dashboard', 'dist');
const MOST_BYTES = 250_000;

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  dynamicImports?: string[];
}
const manifest = JSON.parse(readFileSync(join(DIST, '.vite', 'manifest.json'), 'utf8')) as Record<string, Chunk>;
const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry) ?? '';

/** The files of a chunk and of all that it imports without waiting. */
function filesOf(key: string, files = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk || files.has(chunk.file)) return files;
  if (chunk.file.endsWith('.js')) files.add(chunk.file);
  for (const each of chunk.imports ?? []) filesOf(each, files);
  return files;
}
const weigh = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(DIST, file))).length, 0);

test('no page needs more than 250 kB of JavaScript before it is drawn, and what is the pages’ own is split off', () => {
  const shared = filesOf(entry);
  const pages = (manifest[entry]?.dynamicImports ?? []).filter((key) => key.includes('/pages/'));
  expect(pages).toContain('src/pages/overview/overview.tsx');
  const weights = pages
    .map((key) => ({
      page: key.replace(/^.*\/|\.tsx$/g, ''),
      bytes: weigh(new Set([...shared, ...filesOf(key)])),
    }))
    .toSorted((one, other) => other.bytes - one.bytes);
  const words = weights.map(({ page, bytes }) => `${page} ${(bytes / 1000).toFixed(0)}`);
  console.log(`First load, kB gzipped: shared ${(weigh(shared) / 1000).toFixed(0)}; ${words.join(', ')}`);
  for (const { page, bytes } of weights) expect(bytes, page).toBeLessThanOrEqual(MOST_BYTES);
});

test('each of Mantine’s parts that is in use has its style', () => {
  const assets = readdirSync(join(DIST, 'assets'));
  const text = (ending: string) =>
    assets
      .filter((file) => file.endsWith(ending))
      .map((file) => readFileSync(join(DIST, 'assets', file), 'utf8'))
      .join('\n');
  const classes = (css: string) => new Set(css.match(/m_[\da-f]{6,8}\b/g));
  const all = readFileSync(join(DIST, '../node_modules/@mantine/core/styles.layer.css'), 'utf8');
  const styled = classes(text('.css'));
  const lacking = [...classes(text('.js'))].filter((name) => classes(all).has(name) && !styled.has(name));
  expect(lacking).toEqual([]);
});
