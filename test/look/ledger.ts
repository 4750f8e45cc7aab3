// What is photographed: the demo's month, and beside it everything a page can hold: own prices, a model without a price, a
// re-pricing, budgets and monitors that were crossed, a webhook that answers, a mapping, a key, a view.
import { drawDay } from '../../demo/src/history.ts';
import { postSpans } from '../../demo/src/otlp.ts';
import { eventually } from '../processes.ts';

const DAY_MS = 86_400_000;

/** The days up to the instant, each up to what it had seen of it. */
export async function tellMonth(url: string, nowMs: number, days: number): Promise<void> {
  for (let back = days - 1; back >= 0; back--) {
    const spans = drawDay(nowMs - back * DAY_MS, nowMs);
    for (let from = 0; from < spans.length; from += 500) await postSpans(url, undefined, spans.slice(from, from + 500));
  }
}

export async function tellTheRest(url: string, nowMs: number, receiver: string): Promise<void> {
  const post = (path: string, body: unknown) => send(url, path, body);
  const minutesAgo = (minutes: number) => new Date(nowMs - minutes * 60_000).toISOString();
  // A model that is in no table, and one that will have a price of its own.
  await post(
    '/api/calls',
    ['claude-nova-9', 'claude-nova-9', 'acme-tuned-1'].map((model, index) => ({
      startedAt: minutesAgo(90 + index * 40),
      durationMs: 2_400,
      feature: 'search',
      response: {
        id: `msg_look_${index}`,
        model,
        stop_reason: 'end_turn',
        usage: { input_tokens: 2_000, output_tokens: 400, service_tier: 'standard' },
      },
    })),
  );
  const since = '2026-11-01';
  await post('/api/prices', { model: 'claude-haiku-5-5', since, percentOff: '12.5', source: 'Contract 2026-114' });
  await post('/api/prices', {
    model: 'acme-tuned-1',
    since,
    newModel: true,
    usdPerMtok: { input: '1', cacheWrite5m: '1.25', cacheWrite1h: '2', cacheRead: '0.1', output: '6' },
    source: 'Offer of 14 November',
  });
  const repricing = await post('/api/repricings', { from: '2026-11-10T00:00:00Z' });
  await eventually(
    async () => (await (await fetch(`${url}/api/repricings/${repricing['id']}`)).json()) as { status: string },
    ({ status }) => status === 'ready',
  );

  const webhook = await post('/api/webhooks', { url: receiver, description: 'Alerts to the on-call room' });
  const budget = (name: string, scope: object, limit: object, period: string) =>
    post('/api/budgets', {
      name,
      scope,
      limit,
      period,
      timezone: 'UTC',
      thresholds: [50, 80, 100],
      webhookIds: [webhook['id']],
    });
  await budget('Everything', {}, { usd: '400' }, 'month');
  await budget('Code reviews', { feature: 'code-review' }, { usd: '48' }, 'week');
  await budget('Search tokens', { feature: 'search' }, { tokens: 40_000_000 }, 'month');
  const monitor = (name: string, measure: string, threshold: number | string, more: object) =>
    post('/api/monitors', { name, measure, threshold, comparison: 'above', windowMinutes: 60, ...more });
  const told = { webhookIds: [webhook['id']] };
  await monitor('Slow code reviews', 'p95LatencyMs', 20_000, {
    scope: { feature: 'code-review' },
    minCalls: 5,
    ...told,
  });
  await monitor('Errors', 'errorRate', 0.05, told);
  await monitor('Support reads its cache', 'cacheHitRate', 0.6, {
    scope: { feature: 'support-chat' },
    comparison: 'below',
    windowMinutes: 15,
  });
  await monitor('Spend in six hours', 'costUsd', '20.00', { windowMinutes: 360, ...told });
  await eventually(
    async () => ((await (await fetch(`${url}/api/alerts`)).json()) as { alerts: { kind: string }[] }).alerts,
    (alerts) => ['budget', 'monitor'].every((kind) => alerts.some((alert) => alert.kind === kind)),
  );

  await post('/api/keys', { name: 'Jobs in production' });
  await post('/api/mappings', { dimension: 'customer', attribute: 'acme.tenant', services: ['acme-web'] });
  await post('/api/views', {
    name: 'Reviews by version',
    path: '/',
    search: 'where=feature:code-review&by=promptVersion',
  });
}

async function send(url: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

/** The costliest call of the ledger, and the trace of an agent run where there is one. */
export async function placesOf(url: string): Promise<{ callId: string; traceId: string }> {
  interface Answer {
    calls?: { callId: string; traceId: string }[];
  }
  // A ledger of earlier may have tables to bring up to date first.
  const calls = async (search: string) =>
    (
      await eventually(
        async () => (await (await fetch(`${url}/api/calls?${search}`)).json()) as Answer,
        (answer) => answer.calls !== undefined,
      )
    ).calls ?? [];
  const [costliest] = await calls('order=costUsd&limit=1');
  const [ofAgent] = await calls('where=feature:resolve-ticket&order=costUsd&limit=1');
  return {
    callId: costliest?.callId ?? 'none',
    traceId: (ofAgent ?? costliest)?.traceId ?? 'none',
  };
}
