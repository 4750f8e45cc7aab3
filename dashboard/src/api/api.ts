// The one place that speaks HTTP. Answers are parsed by the contract's schemas, so a wrong answer is an error on the
// screen and never an empty chart. Knows nothing of React.
import {
  alertSchema,
  type Bucket,
  budgetSchema,
  budgetStatusSchema,
  cacheAnswerSchema,
  type CallsQuery,
  callDetailSchema,
  callsAnswerSchema,
  contrastAnswerSchema,
  coverageAnswerSchema,
  changesAnswerSchema,
  connectionsAnswerSchema,
  deliverySchema,
  type Dimension,
  errorSchema,
  explainAnswerSchema,
  ingestKeySchema,
  limitsAnswerSchema,
  mappingSchema,
  metricsAnswerSchema,
  type MonitorInput,
  monitorSchema,
  monitorStatusSchema,
  previewAnswerSchema,
  seenAttributesSchema,
  type OwnPriceInput,
  ownPriceSchema,
  pricesAnswerSchema,
  repricingSchema,
  retriesAnswerSchema,
  statusAnswerSchema,
  tracesAnswerSchema,
  unpricedAnswerSchema,
  valuesAnswerSchema,
  viewSchema,
  waitingAnswerSchema,
  webhookSchema,
} from '@spanledger/collector/contract';
import type { Where, Window } from '../url/filters.ts';
import { takeEarly } from './early.ts';
import { inWords, metricsPath, type MetricsQuestion, whereWords, withSearch } from './paths.ts';

/** What went wrong, in words for the reader. `status` is 0 when no answer came; `field` names the form field at fault. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  /** The line at fault of a text that was sent, from 1. */
  readonly line: number | undefined;
  constructor(
    status: number,
    code: string,
    message: string,
    at: { field?: string | undefined; line?: number | undefined } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = at.field;
    this.line = at.line;
  }
}

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

/** A text goes as it is, under its own type; everything else as JSON. */
class Text {
  readonly type: string;
  readonly text: string;
  constructor(type: string, text: string) {
    this.type = type;
    this.text = text;
  }
}

async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
  const [type, content] =
    body instanceof Text
      ? [body.type, body.text]
      : ['application/json', body === undefined ? null : JSON.stringify(body)];
  let response: Response;
  try {
    response =
      (await takeEarly(path)) ??
      (await fetch(path, {
        method,
        credentials: 'same-origin',
        headers: { accept: 'application/json', ...(content === null ? {} : { 'content-type': type }) },
        body: content,
        ...(signal ? { signal } : {}),
      }));
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
    if (refusal.success) {
      const { code, message, ...at } = refusal.data.error;
      throw new ApiError(response.status, code, message, at);
    }
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

/** So many take some milliseconds to be read. */
const ROWS_AT_ONCE = 2000;
/** An answer in rows, which can be tens of thousands: read some at a time, so that the page keeps up with the reader meanwhile. */
async function inParts<Answer extends { rows: unknown[] }>(
  value: unknown,
  readPart: (part: unknown) => Answer,
): Promise<Answer> {
  const rows = member(value, 'rows');
  if (!Array.isArray(rows) || rows.length <= ROWS_AT_ONCE) return readPart(value);
  const part = (some: unknown[]) => readPart({ ...(value as object), rows: some });
  const whole = part([]);
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
    await inNextTask();
    whole.rows.push(...part(rows.slice(first, first + ROWS_AT_ONCE)).rows);
  }
  return whole;
}
const inNextTask = () => new Promise<void>((now) => setTimeout(now));

const member = (value: unknown, name: string): unknown => (value as Record<string, unknown> | null)?.[name];
const at = (id: string) => encodeURIComponent(id);

export interface CallsQuestion {
  window?: Window;
  where: readonly Where[];
  order: CallsQuery['order'];
  limit: number;
  cursor?: string | undefined;
}

/** As a form holds it; the API judges it. */
export interface MappingForm {
  dimension: string;
  attribute: string;
  services: string[];
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
  async waiting(signal?: AbortSignal) {
    return read(waitingAnswerSchema, await send('GET', '/api/waiting', undefined, signal));
  },
  async signIn(token: string): Promise<void> {
    await send('POST', '/api/session', { token });
  },
  async metrics(window: Window, question: MetricsQuestion, signal?: AbortSignal) {
    const answer = await send('GET', metricsPath(window, question), undefined, signal);
    return await inParts(answer, (part) => read(metricsAnswerSchema, part));
  },
  async calls({ window, where, order, limit, cursor }: CallsQuestion, signal?: AbortSignal) {
    const search = { ...(window ? inWords(window) : {}), where: whereWords(where), order, limit, cursor };
    return read(callsAnswerSchema, await send('GET', withSearch('/api/calls', search), undefined, signal));
  },
  async cache(window: Window, where: readonly Where[], signal?: AbortSignal) {
    const search = { ...inWords(window), where: whereWords(where) };
    return read(cacheAnswerSchema, await send('GET', withSearch('/api/cache', search), undefined, signal));
  },
  async retries(window: Window, where: readonly Where[], signal?: AbortSignal) {
    const search = { ...inWords(window), where: whereWords(where) };
    return read(retriesAnswerSchema, await send('GET', withSearch('/api/retries', search), undefined, signal));
  },
  async limits(
    window: Window,
    { bucket, where, timezone }: { bucket: Bucket; where: readonly Where[]; timezone: string },
    signal?: AbortSignal,
  ) {
    const search = { ...inWords(window), bucket, timezone, where: whereWords(where) };
    const answer = read(limitsAnswerSchema, await send('GET', withSearch('/api/limits', search), undefined, signal));
    return { ...answer, bucket };
  },
  /** What is different in the calls of a window that are inside, against all others of it. */
  async contrast(
    window: Window,
    where: readonly Where[],
    inside: { window: Window; where: Where[] },
    signal?: AbortSignal,
  ) {
    const { from: insideFrom, to: insideTo } = inWords(inside.window);
    const search = {
      ...inWords(window),
      where: whereWords(where),
      insideFrom,
      insideTo,
      inside: whereWords(inside.where),
    };
    return read(contrastAnswerSchema, await send('GET', withSearch('/api/contrast', search), undefined, signal));
  },
  async changes(window: Window, where: readonly Where[], signal?: AbortSignal) {
    const search = { ...inWords(window), where: whereWords(where) };
    return read(changesAnswerSchema, await send('GET', withSearch('/api/changes', search), undefined, signal));
  },
  async call(callId: string, signal?: AbortSignal) {
    return read(callDetailSchema, await send('GET', `/api/calls/${at(callId)}`, undefined, signal));
  },
  async trace(traceId: string, signal?: AbortSignal) {
    return read(tracesAnswerSchema, await send('GET', `/api/traces/${at(traceId)}`, undefined, signal));
  },
  /** What would become of a span or an OTLP export in JSON; nothing is stored. */
  async explain(json: string) {
    return read(explainAnswerSchema, await send('POST', '/api/explain', new Text('application/json', json)));
  },
  async values(dimension: Dimension, window: Window, text: string, signal?: AbortSignal) {
    const path = withSearch(`/api/dimensions/${dimension}/values`, {
      ...inWords(window),
      search: text === '' ? undefined : text,
    });
    return read(valuesAnswerSchema, await send('GET', path, undefined, signal)).values;
  },

  async views(signal?: AbortSignal) {
    return read(viewSchema.array(), member(await send('GET', '/api/views', undefined, signal), 'views'));
  },
  async saveView(view: { name: string; path: string; search: string }) {
    return read(viewSchema, await send('POST', '/api/views', view));
  },
  async deleteView(id: string): Promise<void> {
    await send('DELETE', `/api/views/${at(id)}`);
  },
  async coverage(window: Window, signal?: AbortSignal) {
    const path = withSearch('/api/coverage', inWords(window));
    return read(coverageAnswerSchema, await send('GET', path, undefined, signal));
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
  async monitors(signal?: AbortSignal) {
    return read(monitorSchema.array(), member(await send('GET', '/api/monitors', undefined, signal), 'monitors'));
  },
  async monitorStatus(id: string, signal?: AbortSignal) {
    return read(monitorStatusSchema, await send('GET', `/api/monitors/${at(id)}/status`, undefined, signal));
  },
  async saveMonitor(id: string | null, monitor: MonitorInput): Promise<void> {
    await send(id === null ? 'POST' : 'PUT', id === null ? '/api/monitors' : `/api/monitors/${at(id)}`, monitor);
  },
  async deleteMonitor(id: string): Promise<void> {
    await send('DELETE', `/api/monitors/${at(id)}`);
  },
  async alerts(signal?: AbortSignal) {
    return read(alertSchema.array(), member(await send('GET', '/api/alerts', undefined, signal), 'alerts'));
  },

  async prices(signal?: AbortSignal) {
    return read(pricesAnswerSchema, await send('GET', '/api/prices', undefined, signal));
  },
  async saveOwnPrice(id: string | null, price: OwnPriceInput): Promise<void> {
    await send(id === null ? 'POST' : 'PUT', id === null ? '/api/prices' : `/api/prices/${at(id)}`, price);
  },
  /** Prices written as in a prices file; answers how many they are. With `dryRun` they are only checked. */
  async sendPriceFile(text: string, dryRun: boolean) {
    const path = withSearch('/api/prices', { dryRun: dryRun ? 'true' : undefined });
    const answer = await send('POST', path, new Text('application/yaml', text));
    return read(ownPriceSchema.array(), member(answer, 'own')).length;
  },
  async deleteOwnPrice(id: string): Promise<void> {
    await send('DELETE', `/api/prices/${at(id)}`);
  },
  async unpriced(window: Window, signal?: AbortSignal) {
    const path = withSearch('/api/prices/unpriced', inWords(window));
    return read(unpricedAnswerSchema, await send('GET', path, undefined, signal)).models;
  },

  async repricings(signal?: AbortSignal) {
    return read(repricingSchema.array(), member(await send('GET', '/api/repricings', undefined, signal), 'repricings'));
  },
  async repricing(id: string, signal?: AbortSignal) {
    return read(repricingSchema, await send('GET', `/api/repricings/${at(id)}`, undefined, signal));
  },
  /** A dry run over the calls of a window, or over all; nothing on any page changes. */
  async prepareRepricing(window: { from?: string; to?: string }) {
    return read(repricingSchema, await send('POST', '/api/repricings', window));
  },
  async applyRepricing(id: string) {
    return read(repricingSchema, await send('POST', `/api/repricings/${at(id)}/apply`));
  },
  async discardRepricing(id: string): Promise<void> {
    await send('DELETE', `/api/repricings/${at(id)}`);
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

  async connections(signal?: AbortSignal) {
    return read(connectionsAnswerSchema, await send('GET', '/api/connections', undefined, signal)).ways;
  },
  async keys(signal?: AbortSignal) {
    return read(ingestKeySchema.array(), member(await send('GET', '/api/keys', undefined, signal), 'keys'));
  },
  async createKey(name: string) {
    return read(ingestKeySchema, await send('POST', '/api/keys', { name }));
  },
  async deleteKey(id: string): Promise<void> {
    await send('DELETE', `/api/keys/${at(id)}`);
  },

  async mappings(signal?: AbortSignal) {
    return read(mappingSchema.array(), member(await send('GET', '/api/mappings', undefined, signal), 'mappings'));
  },
  async createMapping(mapping: MappingForm) {
    return read(mappingSchema, await send('POST', '/api/mappings', mapping));
  },
  async deleteMapping(id: string): Promise<void> {
    await send('DELETE', `/api/mappings/${at(id)}`);
  },
  async orderMappings(ids: readonly string[]): Promise<void> {
    await send('PUT', '/api/mappings/order', { ids });
  },
  async seenAttributes(signal?: AbortSignal) {
    return read(seenAttributesSchema, await send('GET', '/api/mappings/attributes', undefined, signal));
  },
  /** From the first question on the collector looks at the values of calls that come in. */
  async previewMapping(attribute: string, services: readonly string[], signal?: AbortSignal) {
    const path = withSearch('/api/mappings/preview', { attribute, services });
    return read(previewAnswerSchema, await send('GET', path, undefined, signal));
  },
};
