// The first chart of the overview before there is an app: asked for and drawn by a hundredth of its code, in the place and the
// colours in which the app will draw it again. What goes wrong here is left to the app, which says it in words.
import '../pages/overview/overview.css';
import type { MetricsAnswer } from '@spanledger/collector/contract';
import { askEarly } from '../api/early.ts';
import { metricsPath } from '../api/paths.ts';
import { type Slice, sliceAt } from '../api/slice.ts';
import { barPaths, placeOf, VIEW_BOX } from '../charts/first-paths.ts';
import { formatCalls, formatUsd } from '../format.ts';
import { courseOf, isInTokens, TOTALS } from '../pages/overview/first-questions.ts';
import { CHART_HEIGHT, type SpendOverTime, spendOverTime } from '../pages/overview/spend-over-time.ts';
import { PAGES } from '../ui/pages.ts';
import { numberOf, textOf } from '../ui/rows.ts';
import { parseFilters } from '../url/filters.ts';

/** Draws the bar of all pages into `root` at once, and the chart unless `isLate` by then. Resolves when that is done or there is nothing to draw. */
export async function drawFirstChart(root: HTMLElement, isLate: () => boolean): Promise<void> {
  const search = new URLSearchParams(location.search);
  root.replaceChildren(top());
  if (isInTokens(search)) return;
  const filters = parseFilters(search);
  const now = Date.now();
  const ask = (slice: Slice) => {
    const { window, question } = sliceAt(now, filters, slice);
    return askEarly(metricsPath(window, question), now) as Promise<MetricsAnswer>;
  };
  const [course, totals] = await Promise.all([ask(courseOf(filters)), ask(TOTALS)]);
  const chart = spendOverTime(course, filters);
  if (chart.series.length > 0 && !isLate()) root.append(main(chart, totals));
}

const top = () =>
  element('header', { class: 'top' }, [
    element('a', { class: 'brand', href: '/' }, [
      element('img', { src: '/mark.svg', alt: '', width: '22', height: '22' }),
      element('span', { class: 'brand-name' }, ['Spanledger']),
    ]),
    element(
      'nav',
      { 'aria-label': 'Pages' },
      PAGES.map(({ to, label, sliced }) =>
        element(
          'a',
          { href: sliced ? `${to}${location.search}` : to, ...(to === '/' ? { 'aria-current': 'page' } : {}) },
          [label],
        ),
      ),
    ),
  ]);

const main = (chart: SpendOverTime, { rows: [row] }: MetricsAnswer) =>
  element('main', { 'aria-busy': 'true' }, [
    element('h1', { class: 'visually-hidden' }, ['Overview']),
    element('div', { class: 'filter-bar is-coming' }),
    element('div', { class: 'grid' }, [
      element('section', { class: 'panel spend span-9 large-7 large-tall' }, [
        element('header', { class: 'panel-head' }, [element('h2', {}, ['Spend'])]),
        element('div', { class: 'panel-body' }, [
          element('div', { class: 'headline' }, [
            element('span', { class: 'headline-figure figure' }, [formatUsd(textOf(row, 'costUsd'))]),
            element('span', { class: 'headline-more' }, [formatCalls(numberOf(row, 'calls') ?? 0)]),
          ]),
          element('div', { class: 'panel-body' }, [element('div', { class: 'chart' }, [bars(chart)]), legend(chart)]),
        ]),
      ]),
      element('div', { class: 'span-12 is-to-come' }),
    ]),
  ]);

function bars({ label, points, series }: SpendOverTime): SVGElement {
  const attributes = { role: 'img', 'aria-label': label, viewBox: VIEW_BOX, preserveAspectRatio: 'none' };
  const paths = barPaths(points, series).map(({ d, colour }) =>
    shape('path', { d, fill: colour, 'data-testid': 'first-mark' }),
  );
  const drawn = shape('svg', attributes, paths);
  const { height, ...place } = placeOf(CHART_HEIGHT, false);
  Object.assign(drawn.style, place, { height: `${height}px` });
  return drawn;
}

const legend = ({ legend: label, series }: SpendOverTime) =>
  element(
    'ul',
    { class: 'legend', 'aria-label': label },
    series.map((one) => {
      const dot = element('span', { class: 'dot', 'aria-hidden': 'true' });
      dot.style.background = one.colour;
      return element('li', { class: 'dotted-name' }, [dot, element('span', { class: 'name' }, [one.label])]);
    }),
  );

type Attributes = Readonly<Record<string, string>>;

const element = (name: string, attributes: Attributes, children: readonly (Node | string)[] = []): HTMLElement =>
  filled(document.createElement(name), attributes, children);

const shape = (name: string, attributes: Attributes, children: readonly Node[] = []): SVGElement =>
  filled(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);

function filled<E extends Element>(made: E, attributes: Attributes, children: readonly (Node | string)[]): E {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
