import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'spanledger-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

function check(...args: string[]) {
  const env = { ...process.env, INIT_CWD: folder, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' };
  const options = { env, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'check.ts'), ...args],
    options,
  );
  return { status, stdout, stderr };
}

test('a file is looked at from where the person stands, and every error is told with its place', () => {
  writeFileSync(
    join(folder, 'good.json'),
    '{"prices": [{"model": "*", "since": "2026-11-01", "percentOff": 5, "source": "x"}]}',
  );
  expect(check('check', 'good.json')).toEqual({ status: 0, stdout: '1 own price is valid\n', stderr: '' });
  writeFileSync(
    join(folder, 'bad.yaml'),
    'prices:\n  - { model: claude-opus-5, since: never, percentOf: 5, source: x }\n',
  );
  expect(check('check', 'bad.yaml')).toEqual({
    status: 1,
    stdout: '',
    stderr: `bad.yaml:2:36: prices.0.since: must be a day of the calendar as YYYY-MM-DD, such as 2026-11-01
bad.yaml:2:43: prices.0.percentOf: is not known here; did you mean "percentOff"?
`,
  });
  expect(check('check', 'none.yaml')).toMatchObject({
    status: 1,
    stderr: 'none.yaml: cannot be read: there is no such file\n',
  });
  expect(check().status).toBe(2);
});
