// Whom to believe: where reports of one call disagree, each field of the call comes from the report that can know it best.
// Tags, attempts, outcome and the time the app waited from the app's side; usage from whoever saw the API's own object,
// else from Anthropic's servers, else from who decoded it.
import type { Report } from './report.ts';

/** Anthropic's own servers: they know what was used and how long the API took, not what the app calls its feature. */
export const SERVER_SOURCE = 'claude-platform';

/** For identity, time and tags: 0 to 255, the highest wins. Sources not named here are third-party wrappers of the SDK: 20. */
const RANKS: Readonly<Record<string, number>> = {
  spanledger: 40,
  'anthropic-sdk+spanledger': 40,
  api: 35,
  'anthropic-sdk': 30,
  'claude-code': 25,
  'claude-code-transcript': 22, // the same call as Claude Code's own telemetry, without its duration and user
  import: 15, // the answer is the API's; when and for what is what the person who imported it says
  'gen-ai': 10,
  [SERVER_SOURCE]: 5,
};
const OTHERS = 20;
const SUPPLEMENT = 1;

/** Of two reports of one source, one that does not know the retries saw only the last attempt: it ranks below the other. */
export function rankOf(report: Pick<Report, 'source' | 'role' | 'retries'>): number {
  if (report.role === 'supplement') return SUPPLEMENT;
  return (RANKS[report.source] ?? OTHERS) - (report.retries === null ? 1 : 0);
}

/** For usage, 0 to 9, among reports that are equally complete. The API's object as it was beats every reading of it. */
const USAGE_QUALITY: Readonly<Record<string, number>> = {
  [SERVER_SOURCE]: 7,
  'anthropic-sdk': 6,
  'claude-code': 5,
  'gen-ai': 2,
};
const OTHERS_QUALITY = 3;

/** What a reading loses for each thing a price needs and it does not say: the lifetime of cache writes, the model. */
const MISSING = 3;

/** 0 without usage; a whole usage beats one of a cut stream, one that can be priced beats one that leaves a kind out. */
export function usageRankOf(
  report: Pick<Report, 'source' | 'usage' | 'usageComplete' | 'usageAssumesStandard' | 'unpriceable' | 'model'>,
): number {
  const { usage } = report;
  if (usage === null) return 0;
  const quality = !report.usageAssumesStandard ? 9 : (USAGE_QUALITY[report.source] ?? OTHERS_QUALITY);
  const unsplit = Number(usage['cache_creation_input_tokens'] ?? 0) > 0 && usage['cache_creation'] === undefined;
  const missing = (unsplit ? MISSING : 0) + (report.model === null ? MISSING : 0);
  return (report.usageComplete ? 20 : 10) + (report.unpriceable === null ? Math.max(1, quality - missing) : 0);
}
