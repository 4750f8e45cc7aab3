// What the dashboard links to is there, and every link on it leads somewhere. The texts are the repository's own.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { docsRoutes } from './docs-routes.ts';

const REPOSITORY = join(import.meta.dirname, '../../..');
const app = docsRoutes();
const read = async (path: string) => {
  const answer = await app.request(path);
  return { status: answer.status, html: await answer.text() };
};
const pages = [
  '/README.md',
  ...readdirSync(join(REPOSITORY, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `/docs/${name.replaceAll('\\', '/')}`),
];

test('every page of the documentation is served, and what its links name is there, up to the heading', async () => {
  expect(pages.length).toBeGreaterThan(20);
  const served = new Map(await Promise.all(pages.map(async (path) => [path, await read(path)] as const)));
  const dead = [...served].flatMap(([path, { html }]) =>
    [...html.matchAll(/<a href="([^"]+)"/g)]
      .map(([, href = '']) => new URL(href, `http://docs${path}`))
      .filter(({ host, pathname }) => host === 'docs' && pathname !== '/')
      .filter(({ pathname, hash }) => {
        const page = served.get(pathname);
        return page?.status !== 200 || (hash !== '' && !page.html.includes(`id="${hash.slice(1)}"`));
      })
      .map(({ href }) => `${path}: ${href}`),
  );
  expect([...served.values()].filter(({ status }) => status !== 200)).toEqual([]);
  expect(dead).toEqual([]);
});

test('a table, code and a link beside the page are drawn; a picture and a link to a source are not', async () => {
  const { html } = await read('/docs/exact-bill.md');
  expect(html).toContain('<table>');
  expect(html).toContain('the price cards');
  expect(html).not.toContain('cards.ts"');
  expect((await read('/README.md')).html).not.toContain('<img');
});

test.each([
  '/docs/none.md',
  '/docs/..%2f..%2fpackage.json',
  '/docs/screenshots/x.md',
  '/package.json',
  '/CHANGELOG.md',
])('%s is not there', async (path) => {
  expect((await read(path)).status).not.toBe(200);
});
