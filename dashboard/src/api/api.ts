// The one place that speaks HTTP. Answers are parsed by the contract's schemas, so a wrong answer is an error on the
// screen and never an empty chart. Knows nothing of React.
import {
  alertSchema,
  type Bucket,
  budgetSchema,
  budgetStatusSchema,
  type CallsQuery,
  callDetailSchema,
  callsAnswerSchema,
  deliverySchema,
  type Dimension,
  errorSchema,
  type Measure,
  metricsAnswerSchema,
  statusAnswerSchema,
  valuesAnswerSchema,
  webhookSchema,
} from '@spanledger/collector/contract';
import type { Where, Window } from '../url/filters.ts';

/** What went wrong, in words for the reader. `status` is 0 when no answer came; `field` names the form field at fault. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  constructor(status: number, code: string, message: string, field?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

type Search = Record<string, string | number | readonly string[] | undefined>;

async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, 'unreachable', 'The collector does not answer. Is it running?');
  }
  const text = await response.text();
  let value: unknown;
  try {
    value = text === '' ? null : JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!response.ok) {
    const refusal = errorSchema.safeParse(value);
    if (refusal.success)
      throw new ApiError(
        response.status,
        refusal.data.error.code,
        refusal.data.error.message,
        refusal.data.error.field,
      );
    throw new ApiError(response.status, 'unexpected', `The collector answered ${response.status} without saying why.`);
  }
  return value;
}

function read<T>(schema: Schema<T>, value: unknown): T {
  const answer = schema.safeParse(value);
  if (!answer.success)
    throw new ApiError(
      200,
      'misunderstood',
      'The collector answered in a form this page does not know. Reload it; the two may be of different versions.',
    );
  return answer.data;
}

function withSearch(path: string, search: Search): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as string[]) : [String(value)]) parameters.append(name, one);
  }
  return `${path}?${parameters}`;
}

const inWords = ({ from, to }: Window) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
const whereWords = (where: readonly Where[]) => where.map(({ dimension, value }) => `${dimension}:${value}`);
const member = (value: unknown, name: string): unknown => (value as Record<string, unknown> | null)?.[name];
const at = (id: string) => encodeURIComponent(id);

export interface MetricsQuestion {
  measures: readonly Measure[];
  by?: readonly Dimension[];
  bucket?: Bucket;
  where: readonly Where[];
  timezone: string;
}

export interface CallsQuestion {
  window?: Window;
  where: readonly Where[];
  order: CallsQuery['order'];
  limit: number;
  cursor?: string | undefined;
}

/** As a form holds it; the API judges it. */
export interface BudgetForm {
  name: string;
  scope: Record<string, string>;
  limit: { usd: string } | { tokens: number };
  period: 'day' | 'week' | 'month';
  timezone: string;
  thresholds: number[];
  webhookIds: string[];
}

export const api = {
  async status(signal?: AbortSignal) {
    return read(statusAnswerSchema, await send('GET', '/api/status', undefined, signal));
  },
  async signIn(token: string): Promise<void> {
    await send('POST', '/api/session', { token });
  },
  async metrics(
    window: Window,
    { measures, by = [], bucket = 'none', where, timezone }: MetricsQuestion,
    signal?: AbortSignal,
  ) {
    const search = {
      ...inWords(window),
      measures: measures.join(','),
      by: by.length > 0 ? by.join(',') : undefined,
      bucket,
      timezone,
      where: whereWords(where),
    };
    return read(metricsAnswerSchema, await send('GET', withSearch('/api/metrics', search), undefined, signal));
  },
  async calls({ window, where, order, limit, cursor }: CallsQuestion, signal?: AbortSignal) {
    const search = { ...(window ? inWords(window) : {}), where: whereWords(where), order, limit, cursor };
    return read(callsAnswerSchema, await send('GET', withSearch('/api/calls', search), undefined, signal));
  },
  async call(callId: string, signal?: AbortSignal) {
    return read(callDetailSchema, await send('GET', `/api/calls/${at(callId)}`, undefined, signal));
  },
  async values(dimension: Dimension, window: Window, text: string, signal?: AbortSignal) {
    const path = withSearch(`/api/dimensions/${dimension}/values`, {
      ...inWords(window),
      search: text === '' ? undefined : text,
    });
    return read(valuesAnswerSchema, await send('GET', path, undefined, signal)).values;
  },

  async budgets(signal?: AbortSignal) {
    return read(budgetSchema.array(), member(await send('GET', '/api/budgets', undefined, signal), 'budgets'));
  },
  async budgetStatus(id: string, signal?: AbortSignal) {
    return read(budgetStatusSchema, await send('GET', `/api/budgets/${at(id)}/status`, undefined, signal));
  },
  async saveBudget(id: string | null, budget: BudgetForm): Promise<void> {
    await send(id === null ? 'POST' : 'PUT', id === null ? '/api/budgets' : `/api/budgets/${at(id)}`, budget);
  },
  async deleteBudget(id: string): Promise<void> {
    await send('DELETE', `/api/budgets/${at(id)}`);
  },
  async alerts(signal?: AbortSignal) {
    return read(alertSchema.array(), member(await send('GET', '/api/alerts', undefined, signal), 'alerts'));
  },

  async webhooks(signal?: AbortSignal) {
    return read(webhookSchema.array(), member(await send('GET', '/api/webhooks', undefined, signal), 'webhooks'));
  },
  async createWebhook(webhook: { url: string; description: string }) {
    return read(webhookSchema, await send('POST', '/api/webhooks', webhook));
  },
  async deleteWebhook(id: string): Promise<void> {
    await send('DELETE', `/api/webhooks/${at(id)}`);
  },
  async testWebhook(id: string) {
    return read(deliverySchema, await send('POST', `/api/webhooks/${at(id)}/test`));
  },
  async retryDelivery(webhookId: string, deliveryId: string) {
    return read(
      deliverySchema,
      await send('POST', `/api/webhooks/${at(webhookId)}/deliveries/${at(deliveryId)}/retry`),
    );
  },
  async deliveries(id: string, signal?: AbortSignal) {
    return read(
      deliverySchema.array(),
      member(await send('GET', `/api/webhooks/${at(id)}/deliveries`, undefined, signal), 'deliveries'),
    );
  },
};
