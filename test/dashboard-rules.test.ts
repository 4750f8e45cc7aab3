// What the dashboard's sources keep to, and what no linter knows.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { docsRoutes } from '../collector/src/http/docs-routes.ts';

const SOURCES = join(import.meta.dirname, '..', 'dashboard', 'src');
const CONTRACT = join(import.meta.dirname, '..', 'collector', 'src');
const read = (path: string): string => readFileSync(path, 'utf8');
const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(tsx?|css)$/.test(path) && !path.endsWith('.test.ts'))
  .map((path) => ({ path: path.replaceAll('\\', '/'), text: read(join(SOURCES, path)) }));

/** Every line that says it, as "path: line". */
const linesSaying = (pattern: RegExp, among: (path: string) => boolean): string[] =>
  sources
    .filter(({ path }) => among(path))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .filter((line) => pattern.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );

test('colours are said in the theme and nowhere else', () => {
  const colour = /#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(/i;
  expect(linesSaying(colour, (path) => !path.startsWith('theme/'))).toEqual([]);
});

test('the API is asked in one folder, and each of its answers is read by a schema of the contract', () => {
  expect(linesSaying(/\bfetch\(|new EventSource\(|\.json\(\)/, (path) => !path.startsWith('api/'))).toEqual([]);
  expect(linesSaying(/from 'zod/, () => true)).toEqual([]);
  const api = read(join(SOURCES, 'api', 'api.ts'));
  const methods = api
    .slice(api.indexOf('export const api = {'))
    .split(/^ {2}async /m)
    .slice(1);
  expect(methods.length).toBeGreaterThan(30);
  // What only says that it was done has no answer to read.
  const unread = methods.filter((method) => !/Promise<void>/.test(method) && !/\bread\(\s*\w+Schema\b/.test(method));
  expect(unread).toEqual([]);
  const imported = /import \{([^}]*)\} from '@spanledger\/collector\/contract'/.exec(api)?.[1] ?? '';
  const schemas = new Set([...api.matchAll(/\bread\(\s*(\w+Schema)\b/g)].map(([, name]) => name ?? ''));
  expect([...schemas].filter((name) => !new RegExp(`\\b${name}\\b`).test(imported))).toEqual([]);
});

test('no type of the contract is written a second time', () => {
  const files = ['contract.ts', ...readdirSync(join(CONTRACT, 'contract')).map((file) => join('contract', file))];
  const names = files.flatMap((file) =>
    [...read(join(CONTRACT, file)).matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name ?? ''),
  );
  expect(names).toContain('Measure');
  expect(linesSaying(new RegExp(`^(?:export )?(?:type|interface) (?:${names.join('|')})\\b`), () => true)).toEqual([]);
});

test('the file of a page is a list of its panels: it draws no table and no chart itself', () => {
  const pages = [...read(join(SOURCES, 'main.tsx')).matchAll(/import\('\.\/(pages\/[^']+)'\)/g)].map(
    ([, path]) => path,
  );
  expect(pages).toContain('pages/overview/overview.tsx');
  const drawn = /<(?:table|thead|td|svg|ScrollTable|TimeChart|dl)\b/;
  expect(linesSaying(drawn, (path) => pages.includes(path))).toEqual([]);
});

test('a link to the documentation leads to a page that the collector serves, and to a heading of it', async () => {
  const docs = docsRoutes();
  const links = [
    ...new Set(sources.flatMap(({ text }) => [...text.matchAll(/<DocsLink to="([^"]+)"/g)].map(([, to]) => to ?? ''))),
  ];
  expect(links.length).toBeGreaterThan(5);
  for (const link of links) {
    const [path = '', heading] = link.split('#');
    const answer = await docs.request(path);
    expect([link, answer.status]).toEqual([link, 200]);
    if (heading) expect(await answer.text()).toContain(`id="${heading}"`);
  }
});
