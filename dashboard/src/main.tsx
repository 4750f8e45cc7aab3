// Starts the app: theme, queries, routes. Each page, with its style, is loaded when it is first opened. Where the first chart stands
// already (early.ts) the app takes its place when it has the same to show.
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { queryClient } from './api/questions.ts';
import { afterFirst } from './first/after-first.tsx';
import { askOverview } from './pages/overview/ask.ts';
import { cssVariables, theme } from './theme/theme.ts';
import { Broken, NotFound } from './ui/broken.tsx';
import { Shell } from './ui/shell.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
let chartStands = root.querySelector('main') !== null;

/** What a page asks first is asked while its files are on their way; nothing waits for the answer but the panel that shows it, and the
 * app itself where the answer is on the page already. */
const asks =
  (ask: (url: URL) => Promise<void>) =>
  async ({ request }: { request: Request }): Promise<null> => {
    const asked = ask(new URL(request.url));
    if (chartStands) await asked;
    chartStands = false;
    return null;
  };

const router = createBrowserRouter([
  {
    path: '/',
    Component: Shell,
    ErrorBoundary: Broken,
    HydrateFallback: () => null,
    children: [
      {
        ErrorBoundary: Broken,
        children: [
          {
            index: true,
            loader: asks(askOverview),
            lazy: async () => ({ Component: (await import('./pages/overview/overview.tsx')).Overview }),
          },
          { path: 'spend', lazy: async () => ({ Component: (await import('./pages/spend/spend.tsx')).Spend }) },
          { path: 'latency', lazy: async () => ({ Component: (await import('./pages/latency/latency.tsx')).Latency }) },
          { path: 'cache', lazy: async () => ({ Component: (await import('./pages/cache/cache.tsx')).Cache }) },
          { path: 'errors', lazy: async () => ({ Component: (await import('./pages/errors/errors.tsx')).Errors }) },
          { path: 'calls', lazy: async () => ({ Component: (await import('./pages/calls/calls.tsx')).Calls }) },
          {
            path: 'calls/:callId',
            lazy: async () => ({ Component: (await import('./pages/calls/call.tsx')).CallPage }),
          },
          {
            path: 'traces/:traceId',
            lazy: async () => ({ Component: (await import('./pages/traces/trace.tsx')).TracePage }),
          },
          { path: 'budgets', lazy: async () => ({ Component: (await import('./pages/budgets/budgets.tsx')).Budgets }) },
          {
            path: 'prices',
            lazy: async () => ({ Component: (await import('./pages/prices/prices.tsx')).Prices }),
            children: [
              {
                index: true,
                lazy: async () => ({ Component: (await import('./pages/prices/price-cards.tsx')).PriceCards }),
              },
              {
                path: 'own',
                lazy: async () => ({ Component: (await import('./pages/prices/own-prices.tsx')).OwnPrices }),
              },
              {
                path: 'unpriced',
                lazy: async () => ({ Component: (await import('./pages/prices/unpriced.tsx')).Unpriced }),
              },
              {
                path: 'repricing/:repricingId?',
                lazy: async () => ({ Component: (await import('./pages/prices/repricing.tsx')).RepricingPage }),
              },
            ],
          },
          {
            path: 'explain',
            lazy: async () => ({ Component: (await import('./pages/explain/explain.tsx')).ExplainPage }),
          },
          {
            path: 'coverage',
            lazy: async () => ({ Component: (await import('./pages/coverage/coverage.tsx')).Coverage }),
          },
          {
            path: 'connect/:way?',
            lazy: async () => ({ Component: (await import('./pages/connect/connect.tsx')).Connect }),
          },
          {
            path: 'settings',
            lazy: async () => ({ Component: (await import('./pages/settings/settings.tsx')).Settings }),
          },
          { path: '*', Component: NotFound },
        ],
      },
    ],
  },
]);

const Notifications = afterFirst(
  'What notices are shown with',
  async () => (await import('./ui/notifications.tsx')).Notifications,
);

/** Then there is something to draw: the page's files are there. */
function whenRouted(then: () => void): void {
  if (router.state.initialized) return then();
  const stop = router.subscribe(({ initialized }) => {
    if (!initialized) return;
    stop();
    then();
  });
}

whenRouted(() =>
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <Notifications position="bottom-right" />
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  ),
);
