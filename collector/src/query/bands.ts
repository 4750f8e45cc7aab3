// Banded dimensions as expressions over merged calls. A closed map as the columns of the others; nothing from outside is in it.
import { SERVER_SOURCE } from '../calls/believed.ts';
import {
  COST_BANDS,
  LATENCY_BANDS,
  OUTPUT_BANDS,
  PROMPT_BANDS,
  type Band,
  type BandedDimension,
} from '../contract/bands.ts';

interface Banded {
  sql: string;
  /** What of identity, times and tags it is worked out from. */
  columns: readonly string[];
}

const bandOf = (value: string, bands: readonly Band[], border = (to: number) => `${to}`): string =>
  `multiIf(isNull(${value}), NULL, ${bands
    .flatMap(({ value: name, to }) => (to === null ? [`'${name}'`] : [`${value} < ${border(to)}`, `'${name}'`]))
    .join(', ')})`;

const CACHED = 'ifNull(cache_read_tokens, 0)';
const WRITTEN = 'ifNull(cache_write_5m_tokens, 0) + ifNull(cache_write_1h_tokens, 0)';
/** A prompt whose uncached part nobody told is unknown. */
export const PROMPT_TOKENS = `(input_tokens + ${WRITTEN} + ${CACHED})`;

export const BANDED: Record<BandedDimension, Banded> = {
  latency: { sql: bandOf('duration_ms', LATENCY_BANDS), columns: ['duration_ms'] },
  promptLength: { sql: bandOf(PROMPT_TOKENS, PROMPT_BANDS), columns: [] },
  outputLength: { sql: bandOf('output_tokens', OUTPUT_BANDS), columns: [] },
  cacheUse: {
    sql: `multiIf(isNull(input_tokens), NULL, ${CACHED} > 0, 'read', ${WRITTEN} > 0, 'written only', 'none')`,
    columns: [],
  },
  retried: { sql: `multiIf(isNull(retries), NULL, retries > 0, 'yes', 'no')`, columns: ['retries'] },
  streaming: { sql: `multiIf(isNull(stream), NULL, stream, 'yes', 'no')`, columns: ['stream'] },
  // Both sides must have told: what the servers alone tell of a call is not what an application waited.
  serverTime: {
    sql: `if(isNull(server_ms) OR isNull(duration_ms) OR source = '${SERVER_SOURCE}', 'not told', 'told')`,
    columns: ['source', 'duration_ms'],
  },
  callCost: { sql: bandOf('cost_usd', COST_BANDS, (to) => `toDecimal128('${to}', 12)`), columns: [] },
};
