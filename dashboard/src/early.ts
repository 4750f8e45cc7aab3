// What a browser runs first: it dresses the page in its colours, has the overview's first chart drawn, and starts the app (main.tsx),
// which is a hundred times as much to run. All files are on their way from the beginning; what waits is that they are run.
import '@fontsource-variable/inter/index.css';
import './theme/mantine.css';
import './theme/base.css';
import './charts/charts.css';
import './ui/edges.css';
import './ui/figures.css';
import './ui/filter-bar.css';
import './ui/forms.css';
import './ui/lists.css';
import './ui/panel.css';
import './ui/shell.css';
import './ui/snippet.css';
import './ui/table.css';
import { drawFirstChart } from './first/first-chart.ts';
import { dressPage } from './theme/variables.ts';

/** The app does not wait longer for the first chart; it is the app's then. */
const MOST_MS = 1000;

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
dressPage();

let isLate = false;
const patience = new Promise((out) => setTimeout(out, MOST_MS)).then(() => (isLate = true));
const painted = () => new Promise((told) => requestAnimationFrame(() => setTimeout(told)));
const firstChart = location.pathname === '/' ? drawFirstChart(root, () => isLate).then(painted, () => {}) : null;
// Not awaited here: the app's files may import from this one.
void Promise.race([firstChart, patience]).then(() => import('./main.tsx'));
