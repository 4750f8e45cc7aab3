// The browser of the tests: the Chromium that scripts/run.mjs found or fetched, with nothing going on in the background.
import { chromium, type Browser, type Page } from 'playwright-core';

export function startBrowser(): Promise<Browser> {
  const executablePath = process.env['SPANLEDGER_CHROMIUM'] ?? process.env['CHROME_PATH'] ?? '/usr/bin/chromium';
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return chromium.launch({ executablePath, args });
}

/**
 * What a page will have complained of: errors that nobody caught, and whatever else is an error on the console; but for what is
 * `expected`, since the browser says of each answer that is no 2xx that it was none.
 */
export function complaintsOf(page: Page, complaints: string[] = [], expected?: RegExp): string[] {
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const words = message.text();
    if (message.type() === 'error' && !expected?.test(words)) complaints.push(words);
  });
  return complaints;
}
