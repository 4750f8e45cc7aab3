// The prompt cache of the stand-in: which prefixes of a request it has seen, and for how long it remembers them.
import { createHash } from 'node:crypto';

export interface CachedInput {
  readonly uncached: number;
  readonly read: number;
  readonly written5m: number;
  readonly written1h: number;
}

interface Block {
  readonly text: string;
  readonly ttl: '5m' | '1h' | null;
}

/** Prefixes shorter than this are not cached; the real limit depends on the model. */
const SHORTEST = 512;
const LIFETIME_MS = { '5m': 300_000, '1h': 3_600_000 };

/** About four letters make a token. */
export const tokensOf = (text: string): number => Math.max(1, Math.ceil(text.length / 4));

/** The same for history, where a prompt is a name: whether it is still remembered when it is used. */
export class PromptMemory {
  readonly #expiries = new Map<string, number>();

  /** Using it renews it. */
  use(prompt: string, ttl: '5m' | '1h' | null, atMs: number): boolean {
    const isWarm = (this.#expiries.get(prompt) ?? 0) > atMs;
    if (ttl !== null) this.#expiries.set(prompt, atMs + LIFETIME_MS[ttl]);
    return isWarm;
  }
}

export class PromptCache {
  readonly #expiries = new Map<string, number>();

  /** Splits the input of a request by what the cache holds, and remembers its marked prefixes. A hit renews an entry. */
  read(model: string, blocks: readonly Block[], nowMs: number): CachedInput {
    const hash = createHash('sha256').update(model);
    const marked: { key: string; tokens: number; ttl: '5m' | '1h' }[] = [];
    let tokens = 0;
    for (const { text, ttl } of blocks) {
      hash.update(`\0${text}`);
      tokens += tokensOf(text);
      if (ttl !== null && tokens >= SHORTEST) marked.push({ key: hash.copy().digest('hex'), tokens, ttl });
    }
    let read = 0;
    let written5m = 0;
    let written1h = 0;
    let covered = marked.findLast(({ key }) => (this.#expiries.get(key) ?? 0) > nowMs)?.tokens ?? 0;
    read = covered;
    for (const { key, tokens: upTo, ttl } of marked) {
      if (upTo > covered) {
        if (ttl === '1h') written1h += upTo - covered;
        else written5m += upTo - covered;
        covered = upTo;
      }
      this.#expiries.set(key, nowMs + LIFETIME_MS[ttl]);
    }
    return { uncached: tokens - covered, read, written5m, written1h };
  }
}
