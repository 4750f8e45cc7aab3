// The collector the demo tells its calls to: the one that answers at the endpoint, or one of its own for as long as it runs.
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../collector/src/main.ts', import.meta.url));
const READY_WITHIN_MS = 30_000;

export interface Collector {
  readonly endpoint: string;
  /** False when it was there before. */
  readonly own: boolean;
  /** Settles when a collector of our own ended by itself; never when it was there before. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Throws a sentence for the terminal when there is none and none can be started. */
export async function findOrStartCollector(endpoint: string): Promise<Collector> {
  if (await isReady(endpoint)) return { endpoint, own: false, ended: new Promise(() => {}), stop: async () => {} };
  const { hostname, port, protocol } = new URL(endpoint);
  if (protocol !== 'http:' || !['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) {
    throw new Error(`no collector answers at ${endpoint}; is SPANLEDGER_ENDPOINT right?`);
  }
  const child = spawn(process.execPath, [...process.execArgv, MAIN], {
    // Its own group: Ctrl-C is for the demo, which tells it the last calls before it stops it.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SPANLEDGER_HOST: hostname.replace(/^\[|\]$/g, ''), SPANLEDGER_PORT: port || '80' },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // Whatever ends the demo, its collector does not stay behind.
  process.once('exit', () => child.kill('SIGTERM'));
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await isReady(endpoint))) {
    if (child.exitCode !== null)
      throw new Error(`the collector did not start (exit code ${child.exitCode}); the lines above say why`);
    if (Date.now() > deadline) {
      child.kill('SIGTERM');
      throw new Error(`the collector was not ready within ${READY_WITHIN_MS / 1000} s`);
    }
    await sleep(100);
  }
  return { endpoint, own: true, ended, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}

async function isReady(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
