// The company of the demo: what its product does with Claude, for whom, and how much of it. The live app and the
// back-dated history both read this table, so the charts go on where the history ends.

export interface Feature {
  readonly name: string;
  readonly service: string;
  readonly model: string;
  /** Calls on a working day; a conversation counts each of its turns. */
  readonly callsPerDay: number;
  /** The prompt versions in use; `share` of the calls each. */
  readonly versions: readonly Version[];
  /** Tokens of the system prompt and the tools: what a cache can hold. */
  readonly systemTokens: number;
  readonly cacheTtl: '5m' | '1h' | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly maxTokens: number;
  readonly stream: boolean;
  /** Part of the output that is thinking; 0 without thinking. */
  readonly thinking: number;
  /** Share of calls that ask for a tool first. */
  readonly toolShare: number;
  /** Turns of a conversation; 1 when there is none. */
  readonly turns: number;
}

interface Version {
  readonly name: string;
  readonly share: number;
  /** A prompt with the date at its top: its cache is written and never read. */
  readonly breaksCache?: boolean;
  /** Where they are others than the feature's. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly maxTokens?: number;
  readonly thinking?: number;
}

export const FEATURES: readonly Feature[] = [
  {
    name: 'support-chat',
    service: 'acme-web',
    model: 'claude-sonnet-5-5',
    callsPerDay: 260,
    versions: [
      { name: 'support-v11', share: 0.75 },
      { name: 'support-v12', share: 0.25 },
    ],
    systemTokens: 6_200,
    cacheTtl: '1h',
    inputTokens: 420,
    outputTokens: 310,
    maxTokens: 1_024,
    stream: true,
    thinking: 0,
    toolShare: 0.35,
    turns: 4,
  },
  {
    name: 'search',
    service: 'acme-web',
    model: 'claude-haiku-5-5',
    callsPerDay: 420,
    versions: [{ name: 'search-v3', share: 1 }],
    systemTokens: 1_100,
    cacheTtl: '5m',
    inputTokens: 1_900,
    outputTokens: 90,
    maxTokens: 300,
    stream: false,
    thinking: 0,
    toolShare: 0,
    turns: 1,
  },
  {
    name: 'summarise',
    service: 'acme-jobs',
    model: 'claude-haiku-5-5',
    callsPerDay: 150,
    versions: [
      { name: 'summary-v4', share: 0.6 },
      { name: 'summary-v5', share: 0.4, breaksCache: true },
    ],
    systemTokens: 2_400,
    cacheTtl: '5m',
    inputTokens: 21_000,
    outputTokens: 620,
    maxTokens: 1_500,
    stream: false,
    thinking: 0,
    toolShare: 0,
    turns: 1,
  },
  {
    name: 'code-review',
    service: 'acme-jobs',
    model: 'claude-opus-5-5',
    callsPerDay: 65,
    versions: [{ name: 'review-v7', share: 1 }],
    systemTokens: 9_400,
    cacheTtl: '5m',
    inputTokens: 7_600,
    outputTokens: 2_300,
    maxTokens: 8_000,
    stream: true,
    thinking: 0.55,
    toolShare: 0,
    turns: 1,
  },
  {
    name: 'extract-invoices',
    service: 'acme-jobs',
    model: 'claude-haiku-4-5',
    callsPerDay: 110,
    versions: [
      { name: 'invoice-v2', share: 0.5 },
      { name: 'invoice-v3', share: 0.5 },
    ],
    systemTokens: 900,
    cacheTtl: null,
    inputTokens: 3_200,
    outputTokens: 380,
    maxTokens: 700,
    stream: false,
    thinking: 0,
    toolShare: 1,
    turns: 1,
  },
  {
    name: 'onboarding-mail',
    service: 'acme-web',
    model: 'claude-sonnet-5-5',
    callsPerDay: 28,
    versions: [{ name: 'mail-v1', share: 1 }],
    systemTokens: 700,
    cacheTtl: null,
    inputTokens: 260,
    outputTokens: 540,
    maxTokens: 1_200,
    stream: false,
    thinking: 0,
    toolShare: 0,
    turns: 1,
  },
];

/** Two weeks out of four, code reviews are sent whole files and not the changed lines: the day of which somebody will ask
 * why a review costs twice as much. */
const WHOLE_FILES: readonly Version[] = [{ name: 'review-v8', share: 1, inputTokens: 34_000 }];
const DAY_MS = 86_400_000;

/** Every third release of the jobs brings a prompt that lets the model think long before it summarises, and the next takes it
 * back: the morning of which whoever is on call will ask why everything waits. */
const THINKS_LONG: readonly Version[] = [
  {
    name: 'summary-v6',
    share: 1,
    breaksCache: true,
    inputTokens: 34_000,
    outputTokens: 4_600,
    maxTokens: 12_000,
    thinking: 0.8,
  },
];

/** When a service is released; each release is a version of its own. `first` is any one of them. */
interface Release {
  readonly first: number;
  readonly everyDays: number;
  readonly major: number;
}

const RELEASES: Readonly<Record<string, Release>> = {
  'acme-web': { first: Date.UTC(2026, 10, 18, 13, 30), everyDays: 7, major: 7 },
  'acme-jobs': { first: Date.UTC(2026, 10, 16, 9, 20), everyDays: 14, major: 2 },
  'acme-agent': { first: Date.UTC(2026, 10, 12, 15, 5), everyDays: 21, major: 0 },
};

/** The number of the release that ran then; 0 for the one named in RELEASES. */
const releaseAt = ({ first, everyDays }: Release, atMs: number): number =>
  Math.floor((atMs - first) / (everyDays * DAY_MS));

/** `service.version` of what ran then; null for a service that does not say. */
export function serviceVersionAt(service: string, atMs: number): string | null {
  const releases = RELEASES[service];
  return releases === undefined ? null : `${releases.major}.${60 + releaseAt(releases, atMs)}.0`;
}

/** The feature as a prompt version makes it. */
export const ofVersion = (feature: Feature, { name: _name, share: _share, ...others }: Version): Feature => ({
  ...feature,
  ...others,
});

/** The prompt versions a feature had on that day. */
export function versionsAt(feature: Feature, atMs: number): readonly Version[] {
  const jobs = RELEASES['acme-jobs'];
  if (feature.name === 'summarise' && jobs !== undefined && releaseAt(jobs, atMs) % 3 === 0) return THINKS_LONG;
  return feature.name === 'code-review' && Math.floor(atMs / DAY_MS) % 28 < 14 ? WHOLE_FILES : feature.versions;
}

export const CUSTOMERS = [
  { name: 'northwind', share: 0.34, users: 38 },
  { name: 'globex', share: 0.24, users: 25 },
  { name: 'initech', share: 0.17, users: 21 },
  { name: 'umbrella', share: 0.13, users: 12 },
  { name: 'stark', share: 0.08, users: 9 },
  { name: 'hooli', share: 0.04, users: 5 },
] as const;

export const ENVIRONMENTS = [
  { name: 'production', share: 0.93 },
  { name: 'staging', share: 0.07 },
] as const;

/** An alias moves; the API answers with the model it stands for. */
export const ANSWERING_MODEL: Readonly<Record<string, string>> = { 'claude-haiku-4-5': 'claude-haiku-4-5-20251001' };

/** What was used before a model came out, so that a long history stays possible. */
const BEFORE: Readonly<Record<string, { readonly releasedAt: number; readonly model: string }>> = {
  'claude-haiku-5-5': { releasedAt: Date.UTC(2026, 9, 7), model: 'claude-haiku-4-5' },
  'claude-sonnet-5-5': { releasedAt: Date.UTC(2026, 8, 28), model: 'claude-sonnet-5' },
  'claude-opus-5-5': { releasedAt: Date.UTC(2026, 8, 22), model: 'claude-opus-5' },
};

/** The model the company used for this on that day. */
export function modelAt(model: string, atMs: number): string {
  const before = BEFORE[model];
  return before !== undefined && atMs < before.releasedAt ? before.model : model;
}

/** Milliseconds to the first token, and tokens a second from then on; medians. */
export function speedOf(model: string): { firstTokenMs: number; tokensPerSecond: number } {
  if (model.includes('opus')) return { firstTokenMs: 1_500, tokensPerSecond: 75 };
  if (model.includes('sonnet')) return { firstTokenMs: 900, tokensPerSecond: 95 };
  return { firstTokenMs: 420, tokensPerSecond: 180 };
}
