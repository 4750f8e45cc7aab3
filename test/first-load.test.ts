// What a browser must fetch before the first chart of a page, weighed from the build: JavaScript, gzipped as the collector
// sends it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const DIST = join(import.meta.dirname, '..', 'dashboard', 'dist');
const MOST_BYTES = 250_000;
// 10 kB when this was written, without styles.
const MOST_BYTES_BEFORE_THE_APP = 16_000;

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  dynamicImports?: string[];
}
const manifest = JSON.parse(readFileSync(join(DIST, '.vite', 'manifest.json'), 'utf8')) as Record<string, Chunk>;
const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry) ?? '';
const APP = 'src/main.tsx';

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
  const shared = filesOf(APP, filesOf(entry));
  const pages = (manifest[APP]?.dynamicImports ?? []).filter((key) => key.includes('/pages/'));
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

test('what is run before the app is a small part of it', () => {
  const early = weigh(filesOf(entry));
  console.log(`Before the app: ${(early / 1000).toFixed(1)} kB gzipped`);
  expect(early).toBeLessThanOrEqual(MOST_BYTES_BEFORE_THE_APP);
});

test('no file of the build waits for one that waits for it: what they say first would run before what it needs', () => {
  const waitsFor = (key: string, seen: readonly string[]): string[] =>
    (manifest[key]?.imports ?? []).flatMap((next) =>
      seen.includes(next) ? [[...seen.slice(seen.indexOf(next)), next].join(' > ')] : waitsFor(next, [...seen, next]),
    );
  expect(Object.keys(manifest).length).toBeGreaterThan(50);
  expect(Object.keys(manifest).flatMap((key) => waitsFor(key, [key]))).toEqual([]);
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
