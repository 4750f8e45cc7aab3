// The pages, in the order of the navigation.

interface Page {
  to: string;
  label: string;
  /** It is of a window and filters, which go along from page to page. */
  sliced: boolean;
  /** Where the pages begin that are in no navigation and belong to it. */
  within?: string;
}

export const PAGES: readonly Page[] = [
  { to: '/', label: 'Overview', sliced: true },
  { to: '/spend', label: 'Spend', sliced: true },
  { to: '/latency', label: 'Latency', sliced: true },
  { to: '/cache', label: 'Cache', sliced: true },
  { to: '/errors', label: 'Errors', sliced: true },
  { to: '/calls', label: 'Calls', sliced: true, within: '/traces/' },
  { to: '/budgets', label: 'Budgets and alerts', sliced: false },
  { to: '/prices', label: 'Prices', sliced: false },
  { to: '/coverage', label: 'Coverage', sliced: true, within: '/explain' },
  { to: '/connect', label: 'Connect', sliced: false },
  { to: '/settings', label: 'Settings', sliced: false },
];
