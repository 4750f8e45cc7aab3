// Own prices by hand, on the real pages: written in the form, tried on history, applied, and seen on every page.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { complaintsOf, startBrowser } from './browser.ts';
import { removeFolder, startCollector, temporaryLedger, type Collector } from './processes.ts';

// What each call costs, by hand, in USD:
//   Opus 5.5, listed      1,200 x 4/M + 800 x 20/M = 0.0048 + 0.016 = 0.0208
//   Opus 5.5, own price   1,200 x 2/M + 800 x 10/M = 0.0024 + 0.008 = 0.0104
//   Sonnet 5.5, listed    1,000 x 2/M + 100 x 10/M = 0.002 + 0.001  = 0.003
//   acme-tuned-1          in no table; with its own price, 1,000 x 1/M + 500 x 6/M = 0.001 + 0.003 = 0.004
const CALLS = [
  { model: 'claude-opus-5-5', feature: 'search', input: 1_200, output: 800 },
  { model: 'claude-sonnet-5-5', feature: 'support', input: 1_000, output: 100 },
  { model: 'acme-tuned-1', feature: 'support', input: 1_000, output: 500 },
];
const BEFORE = '0.023800000000'; // 0.0208 + 0.003
const AFTER = '0.017400000000'; // 0.0104 + 0.003 + 0.004
const DIFFERENCE = '-0.006400000000';

let folder: string;
let collector: Collector;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  folder = await temporaryLedger();
  [collector, browser] = await Promise.all([startCollector({ SPANLEDGER_DATA_DIR: folder }), startBrowser()]);
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  // What the form is told of its fields.
  complaintsOf(page, complaints, /status of 400/);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await collector?.end('SIGTERM');
  if (folder) await removeFolder(folder);
});

const shows = (testId: string, value: string) =>
  page.locator(`[data-testid="${testId}"][data-value="${value}"]`).waitFor();

/** The form is open: this model, from the first of the month on, at these rates. */
async function fillOwnPrice({ model, input, output }: { model?: string; input: string; output: string }) {
  const form = page.getByTestId('own-price-form');
  if (model !== undefined) await form.getByLabel('Model').fill(model);
  await form.getByRole('button', { name: 'Since' }).click();
  await page.locator('.mantine-DatePickerInput-day:not([data-outside])', { hasText: /^1$/ }).click();
  await form.getByLabel('Input', { exact: true }).fill(input);
  await form.getByLabel('Output', { exact: true }).fill(output);
  await form.getByLabel('Source').fill('Contract 7');
  await form.getByRole('button', { name: 'Add price' }).click();
  await form.waitFor({ state: 'detached' });
}

test(
  'an own price from the form changes the calls from then on; re-pricing changes history, all pages at once, and keeps the old cost',
  { timeout: 120_000 },
  async () => {
    const posted = await fetch(`${collector.url}/api/calls`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(
        CALLS.map(({ model, feature, input, output }) => ({
          startedAt: new Date().toISOString(),
          durationMs: 900,
          feature,
          response: {
            id: `msg_prices_${model}`,
            model,
            stop_reason: 'end_turn',
            usage: { input_tokens: input, output_tokens: output, service_tier: 'standard' },
          },
        })),
      ),
    });
    expect(posted.status).toBe(201);

    // The overview says what is not in its sum, and leads to it.
    await page.goto(collector.url);
    await shows('spend-total', BEFORE);
    await page.getByTestId('unpriced-note').getByRole('link', { name: 'Which, and why' }).click();
    await page.getByTestId('unpriced-model').waitFor();
    expect(await page.getByTestId('unpriced-model').getAttribute('data-key')).toBe('acme-tuned-1');
    await page.getByRole('button', { name: /^Add its price.*acme-tuned-1$/ }).click();
    await fillOwnPrice({ input: '1', output: '6' });

    // What the API refuses is said at its field, and nothing of the form is lost.
    await page.getByRole('link', { name: 'Own prices', exact: true }).click();
    await page.getByRole('button', { name: 'Add a price' }).click();
    const form = page.getByTestId('own-price-form');
    await form.getByLabel('Model').fill('claude-opus-5-5');
    await form.getByLabel('Input', { exact: true }).fill('-2');
    await form.getByLabel('Source').fill('Contract 7');
    await form.getByRole('button', { name: 'Add price' }).click();
    await form.locator('.mantine-TextInput-error').waitFor();
    expect(await form.getByLabel('Input', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    await fillOwnPrice({ input: '2', output: '10' });
    await page.locator('[data-testid="own-price"]').nth(1).waitFor();

    // A dry run shows the difference; the overview does not move.
    await page.getByRole('link', { name: 'Re-pricing', exact: true }).click();
    await page.getByRole('button', { name: 'Start a dry run' }).click();
    await shows('repricing-difference', DIFFERENCE);
    await shows('repricing-before', BEFORE);
    await shows('repricing-after', AFTER);
    await shows('repricing-calls', '2');
    const byModel = page.locator('[data-testid="difference-by-model"][data-key="claude-opus-5-5"]');
    expect(await byModel.getAttribute('data-value')).toBe('-0.010400000000');
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await shows('spend-total', BEFORE);

    // Applied, after one question: every page at once.
    await page.getByRole('link', { name: 'Prices', exact: true }).click();
    await page.getByRole('link', { name: 'Re-pricing', exact: true }).click();
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    const question = page.getByRole('dialog');
    expect(await question.innerText()).toContain('the old costs stay for audit');
    await question.getByRole('button', { name: 'Apply to 2 calls' }).click();
    await page.locator('[data-testid="repricing-row"][data-value="applied"]').waitFor();
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await shows('spend-total', AFTER);

    // The call says both costs, and why it is the new one.
    await page.locator('[data-testid="call-row"]', { hasText: 'search' }).getByRole('link').first().click();
    await shows('receipt-total', '0.010400000000');
    const versions = await page
      .getByTestId('price-version')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-value')));
    expect(versions).toEqual(['0.010400000000', '0.020800000000']);
    expect(await page.getByTestId('receipt-line').first().innerText()).toContain('Contract 7');
    expect(complaints).toEqual([]);
  },
);
