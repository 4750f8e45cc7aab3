// On-call's way: a real collector, told calls over HTTP, finds a percentile over its threshold and well again, and says both to a
// real receiver, signed, once each, though it is killed in between.
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  eventually,
  freePort,
  removeFolder,
  startCollector,
  startReceiver,
  temporaryFolder,
  type Collector,
  type Receiver,
} from './processes.ts';

const MINUTE = 60_000;

let folder: string;
let receiver: Receiver;
let collector: Collector;
let environment: Record<string, string>;
beforeAll(async () => {
  [folder, receiver] = await Promise.all([temporaryFolder(), startReceiver()]);
  environment = {
    SPANLEDGER_PORT: String(await freePort()),
    SPANLEDGER_DATA_DIR: join(folder, 'data'),
    SPANLEDGER_WEBHOOK_ALLOW: '127.0.0.1',
  };
  collector = await startCollector(environment);
}, 120_000);
afterAll(async () => {
  await collector?.end('SIGTERM');
  await receiver?.close();
  if (folder) await removeFolder(folder);
});

const get = async (path: string) => (await fetch(`${collector.url}${path}`)).json();
async function post(path: string, body: unknown) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${collector.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(201);
  return answer.json() as Promise<Record<string, unknown>>;
}
/** So many calls of two minutes ago. */
const calls = (name: string, count: number, durationMs: number, feature = 'chat') =>
  Array.from({ length: count }, (_, nth) => ({
    startedAt: new Date(Date.now() - 2 * MINUTE).toISOString(),
    durationMs,
    feature,
    response: {
      id: `msg_${name}_${nth}`,
      type: 'message',
      role: 'assistant',
      model: 'claude-haiku-4-5',
      content: [],
      stop_reason: 'end_turn',
      usage: { input_tokens: 10, output_tokens: 10 },
    },
  }));

test(
  'a percentile that goes wrong and well again is told twice, signed, whatever dies meanwhile',
  { timeout: 120_000 },
  async () => {
    const webhook = await post('/api/webhooks', { url: receiver.url });
    const verified = (delivery: Receiver['received'][number]) =>
      new Webhook(String(webhook['secret'])).verify(delivery.body, delivery.headers) as {
        type: string;
        data: { value: number; calls: number; windowFrom: string; windowTo: string; url: string; monitor: unknown };
      };
    const told = () => receiver.received.map(verified);
    const toldTimes = (times: number) => eventually(told, (all) => all.length >= times);

    const monitor = await post('/api/monitors', {
      name: 'Slow chat',
      measure: 'p95LatencyMs',
      scope: { feature: 'chat' },
      comparison: 'above',
      threshold: 10_000,
      webhookIds: [webhook['id']],
    });
    // Whoever is to be told cannot go meanwhile.
    expect((await fetch(`${collector.url}/api/webhooks/${webhook['id']}`, { method: 'DELETE' })).status).toBe(409);
    // 19 slow calls, and many of another feature: too few to say anything.
    await post('/api/calls', [...calls('slow', 19, 12_500), ...calls('search', 40, 30_000, 'search')]);
    expect(await get(`/api/monitors/${monitor['id']}/status`)).toMatchObject({ state: 'too-few-calls', calls: 19 });
    await post('/api/calls', calls('twentieth', 1, 12_500));
    const [first] = await toldTimes(1);
    expect(first).toMatchObject({ type: 'monitor.alerting', data: { value: 12_500, threshold: 10_000, calls: 20 } });
    // The same number as the page that the alert leads to.
    const seen = new URL(first?.data.url ?? '').searchParams;
    expect([...seen]).toEqual([
      ['from', first?.data.windowFrom],
      ['to', first?.data.windowTo],
      ['where', 'feature:chat'],
    ]);
    expect(await get(`/api/metrics?${seen}&measures=p95LatencyMs,calls`)).toMatchObject({
      rows: [{ p95LatencyMs: 12_500, calls: 20 }],
    });
    expect(await get(`/api/monitors/${monitor['id']}/status`)).toMatchObject({ state: 'alerting', value: 12_500 });

    await collector.end('SIGKILL');
    collector = await startCollector(environment);

    // Of 500 calls 20 are slow: the 95th percentile is a quick one.
    await post('/api/calls', calls('quick', 480, 700));
    const [, second] = await toldTimes(2);
    expect(second).toMatchObject({ type: 'monitor.recovered', data: { value: 700, calls: 500, reason: 'recovered' } });
    expect(await get('/api/alerts')).toMatchObject({
      alerts: [{ kind: 'monitor', monitorName: 'Slow chat', value: 12_500, ended: 'recovered' }],
    });
    expect(receiver.received).toHaveLength(2);
  },
);
