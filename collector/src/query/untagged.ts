// Whose calls lack a feature -> the one line that would say it: for the language or tool they come from.
import { SERVER_SOURCE } from '../calls/believed.ts';
import type { CoverageAnswer } from '../contract.ts';

type Advice = Pick<CoverageAnswer['untagged'][number], 'language' | 'line' | 'where'>;

const ADVICE: Readonly<Record<Advice['language'], Omit<Advice, 'language'>>> = {
  node: {
    line: "await withTags({ feature: '<feature>' }, () => client.messages.create(params));",
    where: 'around the calls; withTags is from @spanledger/instrumentation',
  },
  python: {
    line: 'OTEL_RESOURCE_ATTRIBUTES=spanledger.feature=<feature>',
    where:
      'in the environment of the process, for all its calls; for one call, the attribute spanledger.feature on its span',
  },
  'claude-code': {
    line: 'OTEL_RESOURCE_ATTRIBUTES=spanledger.feature=<feature>',
    where: 'in the environment Claude Code is started with',
  },
  api: { line: '"feature": "<feature>"', where: 'in each call posted to /api/calls' },
  server: {
    line: "import '@spanledger/instrumentation/register';",
    where:
      'first in the app that makes them, where it is of Node: no app tells of these calls, only Anthropic’s servers',
  },
  any: {
    line: 'OTEL_RESOURCE_ATTRIBUTES=spanledger.feature=<feature>',
    where:
      'in the environment of the process, for all its calls; for one call, the attribute spanledger.feature on its span',
  },
};

const NODE = /typescript|javascript|node|^@|^ai$|^vercel/i;
const PYTHON = /python|^opentelemetry\.instrumentation\.|^openinference\.|^logfire/i;
const NODE_SOURCES: ReadonlySet<string> = new Set(['spanledger', 'anthropic-sdk+spanledger', 'vercel-ai']);

/** `hints`: what its reports say of their language (`telemetry.sdk.language`, scopes); what tells first counts. */
export function adviceFor(source: string, hints: readonly string[]): Advice {
  const language = languageOf(source, hints);
  return { language, ...ADVICE[language] };
}

function languageOf(source: string, hints: readonly string[]): Advice['language'] {
  if (source === 'claude-code' || source === 'api') return source;
  if (source === SERVER_SOURCE) return 'server';
  if (NODE_SOURCES.has(source)) return 'node';
  for (const hint of hints) {
    if (PYTHON.test(hint)) return 'python';
    if (NODE.test(hint)) return 'node';
  }
  return 'any';
}
