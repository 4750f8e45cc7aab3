// Every number that a page shows, and where a click on it leads; and which numbers lead to no calls, each with its reason.
import type { Page } from 'playwright-core';

export interface ShownNumber {
  /** The number alone: "$1.20", "7", "42.3 %", "1 min 5 s". */
  text: string;
  /** The words it stands in. */
  words: string;
  /** The heading of its panel; empty for what stands in none. */
  panel: string;
  /** What a click there leads to: an address of the dashboard; null when nothing does. */
  href: string | null;
  /** Those of the selectors below that it stands in. */
  within: string[];
}

interface Reason {
  /** Why no calls add up to it. */
  why: string;
  within?: string;
  words?: RegExp;
  path?: RegExp;
}

/** What leads to no calls. */
const LEADS_NOWHERE: readonly Reason[] = [
  { within: '.change', why: 'compares two windows; the figure beside it leads to the calls of this one' },
  { within: '.drivers', why: 'a change between two windows; its line leads to the calls of this one' },
  { within: '[data-testid="forecast"]', why: 'of calls that nobody has made yet' },
  { within: '.heat-key', why: 'says how strong a shade can be; the cells themselves are chosen with a click' },
  { within: '.latency-part', why: 'names the band that is looked at, and the others it is compared with' },
  { within: '.contrast-lift', why: 'compares two shares, which stand beside it' },
  { within: '.contrast-share.is-outside', why: 'of the calls that are not in the part: no filter says "not these"' },
  { within: '.break-even', why: 'worked out from the price card alone' },
  { within: '.lifetime', why: 'the name of a cache’s lifetime' },
  { within: '.how', why: 'words that explain a method' },
  { within: '.hint', why: 'HTTP statuses, which explain a kind of failure' },
  { within: '[aria-label^="Attempts that failed"]', why: 'of attempts: what one failed of is no dimension of a call' },
  { words: /\bare shown\b|more are in the table|looked at one by one/, why: 'how much of the answer is on the page' },
  {
    words: /known by number only/,
    why: 'among the calls that the line above leads to: no filter says whose attempts are told',
  },
  { within: '.calls-total', why: 'the sum of the list that stands below it' },
  { within: '.more', why: 'how much of the list is loaded' },
  { path: /^\/calls\/./, why: 'all of the page is one call; those that are like it have their link' },
  { path: /^\/traces\//, why: 'of one trace: each line opens the call it is made of, on this page' },
  { within: '.budget-limit', why: 'what somebody set' },
  { within: '.lasted', why: 'how long an alert lasted' },
  { within: '.badge', why: 'a threshold that somebody set, or how many of the lines below are meant' },
  { path: /^\/prices(\/own)?$/, why: 'rates of price cards' },
  { path: /^\/prices\/repricing/, why: 'a dry run: which calls it would change is no filter' },
  { within: '.first-run', why: 'words of how to begin: there are no calls yet' },
  { path: /^\/(explain|connect|settings)/, why: 'of versions, reports and files: nothing here is made of calls' },
  { within: '.told-of', why: 'a source also tells of calls that another is believed about: no filter says who told' },
  { within: '[data-testid="refusal-row"]', why: 'what was refused is no call; where one is concerned it is linked' },
  { within: '[data-testid="clock-row"]', why: 'of reports, not of calls; one of their calls is linked' },
];

/** What leads to its calls, but is no measure of theirs that could be asked for beside them. */
const WORKED_OUT: readonly Reason[] = [
  { within: '.of-limit', why: 'a share of what somebody set' },
  { within: '[data-testid="call-row"]', why: 'of the one call that the line opens' },
  { within: '[data-testid="per-user"]', why: 'the spend divided by people, whom no question counts beside it' },
  { within: '[data-testid="cache-uses"]', why: 'from the order of these calls, and what they could have read' },
  { within: '[data-testid="unread-writes"]', why: 'from what the calls after these read' },
  { within: '[data-testid="unread-surcharge"]', why: 'the sum of those of the lines below' },
  { within: '[data-testid="retry-time"]', why: 'from the attempts of these calls' },
  { words: /attempts? that failed/, why: 'from the attempts of these calls' },
  { words: /of 10 s or more/, why: 'the line itself, and the share among those calls that say how long they took' },
  {
    within: '[data-testid="streaming"]',
    words: /10 s or more/,
    why: 'two filters deep: a share of the line, not of the page',
  },
];

const REASONS = [...LEADS_NOWHERE, ...WORKED_OUT];
const isMeant = (reason: Reason, path: string, number: ShownNumber): boolean =>
  (reason.within === undefined || number.within.includes(reason.within)) &&
  (reason.words === undefined || reason.words.test(number.words)) &&
  (reason.path === undefined || reason.path.test(path));

/** Numbers that should lead to calls and do not, each as where it stands and what it says. */
export const leadingNowhere = (path: string, numbers: readonly ShownNumber[]): string[] =>
  numbers
    .filter(({ href }) => href === null || !/^\/calls\b/.test(href))
    .filter((number) => !LEADS_NOWHERE.some((reason) => isMeant(reason, path, number)))
    .map(({ text, panel, words }) => `${path} "${panel}": ${text} in "${words}" leads to no calls`);

/** Numbers that must be figures of exactly the calls behind them. */
export const ofTheirCalls = (path: string, numbers: readonly ShownNumber[]) =>
  numbers
    .filter((number): number is ShownNumber & { href: string } => number.href?.startsWith('/calls?') === true)
    .filter((number) => !REASONS.some((reason) => isMeant(reason, path, number)));

/** An amount, a count, a share, a time: what somebody measured. */
const MEASURE = String.raw`\d+ h \d+ min|\d+ min \d+ s|[−+-]?\$?\d[\d,]*(?:\.\d+)?(?:[KMBT]|[ \u00a0](?:%|ms|s|B|kB|MB|GB|TB|pt)|×)?`;
const NEVER =
  'svg, h1, h2, h3, thead, tbody th, label, input, button, select, code, pre, .visually-hidden, .dotted-name, .mantine-Select-root';

// What runs in the page is text: these sources know no browser.
const FIND = String.raw`((measure, never, selectors) => {
  const figure = new RegExp('(?<![\\w./:$#−-])(?:' + measure + ')(?![\\w/:]|[.,-]\\d|-[a-z])', 'g');
  // A date and a time of day are no measure.
  const when = /\d{1,2}:\d{2}(?::\d{2})?|\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b(?: \d{4})?|\d{4}-\d{2}-\d{2}/g;
  const found = [];
  const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const own = node.parentElement;
    if (!/\d/.test(node.nodeValue) || own.closest(never)) continue;
    const text = node.nodeValue.replace(when, (date) => '_'.repeat(date.length));
    for (const match of text.matchAll(figure)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const box = range.getBoundingClientRect();
      if (box.width === 0) continue;
      // A line of a call opens it wherever one clicks.
      const link = own.closest('a') ?? own.closest('[data-testid="call-row"]')?.querySelector('a');
      found.push({
        text: match[0],
        words: (own.closest('p, li, td, th, dd, div') ?? own).textContent.trim().slice(0, 120),
        panel: (own.closest('section, article, aside')?.querySelector('h2, h3')?.textContent ?? '').trim(),
        href: link?.getAttribute('href') ?? null,
        within: selectors.filter((selector) => own.closest(selector)),
      });
    }
  }
  return found;
})`;

/** Of a page that stands still. */
export function numbersOn(page: Page): Promise<ShownNumber[]> {
  const selectors = REASONS.flatMap(({ within }) => within ?? []);
  return page.evaluate(`${FIND}(${[MEASURE, NEVER, selectors].map((one) => JSON.stringify(one)).join(', ')})`);
}
