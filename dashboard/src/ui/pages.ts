// The pages, in the order of the navigation.

/** `sliced`: it is of a window and filters, which go along from page to page. */
export const PAGES = [
  { to: '/', label: 'Overview', sliced: true },
  { to: '/spend', label: 'Spend', sliced: true },
  { to: '/latency', label: 'Latency', sliced: true },
  { to: '/cache', label: 'Cache', sliced: true },
  { to: '/errors', label: 'Errors', sliced: true },
  { to: '/calls', label: 'Calls', sliced: true },
  { to: '/budgets', label: 'Budgets and alerts', sliced: false },
  { to: '/prices', label: 'Prices', sliced: false },
  { to: '/coverage', label: 'Coverage', sliced: true },
  { to: '/connect', label: 'Connect', sliced: false },
  { to: '/settings', label: 'Settings', sliced: false },
];
