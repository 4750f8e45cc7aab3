import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dashboardRoutes } from './dashboard.ts';

let root: string;
const CODE = 'console.log("the spend page")';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'spanledger-dashboard-'));
  await Promise.all([mkdir(join(root, 'assets')), mkdir(join(root, '.vite'))]);
  const manifest = {
    '_base.js': { file: 'assets/base.js' },
    '_table.js': { file: 'assets/table.js', imports: ['_base.js'] },
    'src/pages/spend/spend.tsx': {
      file: 'assets/spend.js',
      imports: ['index.html', '_base.js', '_table.js'],
      css: ['assets/spend.css'],
    },
    'src/main.tsx': { file: 'assets/app.js', imports: ['index.html', '_base.js'] },
    'index.html': { file: 'assets/index.js', isEntry: true, css: ['assets/index.css'] },
  };
  await Promise.all([
    writeFile(join(root, 'index.html'), '<!doctype html><title>Spanledger</title>'),
    writeFile(join(root, '.vite', 'manifest.json'), JSON.stringify(manifest)),
    writeFile(join(root, 'assets', 'spend.js'), CODE),
    writeFile(join(root, 'assets', 'spend.js.gz'), gzipSync(CODE)),
  ]);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const FRAME = [
  '</assets/index.js>; rel=modulepreload; crossorigin',
  '</assets/index.css>; rel=preload; as=style; crossorigin',
  '</assets/base.js>; rel=modulepreload; crossorigin; fetchpriority=low',
  '</assets/app.js>; rel=modulepreload; crossorigin; fetchpriority=low',
];

test('a page is answered with the names of the files that it needs, each once, in the order in which they are run, what is run first before the rest', async () => {
  const answer = await dashboardRoutes(root).request('/spend?range=30d');
  expect(answer.headers.get('link')).toBe(
    [
      ...FRAME,
      '</assets/table.js>; rel=modulepreload; crossorigin; fetchpriority=low',
      '</assets/spend.js>; rel=modulepreload; crossorigin; fetchpriority=low',
      '</assets/spend.css>; rel=preload; as=style; crossorigin; fetchpriority=low',
    ].join(', '),
  );
  expect(answer.headers.get('cache-control')).toBe('no-cache');
  expect(await answer.text()).toContain('<title>Spanledger</title>');
});

test('a path without files of its own is answered with the names of those that every page needs', async () => {
  for (const path of ['/', '/calls/msg_1', '/constructor', '/../../etc']) {
    const answer = await dashboardRoutes(root).request(path);
    expect([answer.status, answer.headers.get('link'), answer.headers.get('cache-control')]).toEqual([
      200,
      FRAME.join(', '),
      'no-cache',
    ]);
  }
});

test('a file goes out as it was gzipped when it was built, to whom can read that, and may be kept for ever', async () => {
  const app = dashboardRoutes(root);
  const packed = await app.request('/assets/spend.js', { headers: { 'accept-encoding': 'gzip, deflate' } });
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  expect(packed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(gunzipSync(Buffer.from(await packed.arrayBuffer())).toString()).toBe(CODE);
  const plain = await app.request('/assets/spend.js');
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(await plain.text()).toBe(CODE);
});
