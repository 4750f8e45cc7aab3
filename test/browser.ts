// The browser of the tests: the Chromium that scripts/run.mjs found or fetched, with nothing going on in the background.
import { chromium, type Browser } from 'playwright-core';

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
