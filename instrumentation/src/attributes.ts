/**
 * Every attribute name that a call's span can carry. What a convention names has that name, so that any backend
 * understands it; what none names is under `spanledger.`.
 *
 * - OpenTelemetry GenAI: https://github.com/open-telemetry/semantic-conventions-genai (development status)
 * - OpenTelemetry HTTP and errors: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 * - `anthropic.*`: as the spans of `@anthropic-ai/sdk` 0.134 and later name them
 */

// OpenTelemetry GenAI
export const PROVIDER_NAME = 'gen_ai.provider.name';
export const OPERATION_NAME = 'gen_ai.operation.name';
export const REQUEST_MODEL = 'gen_ai.request.model';
export const REQUEST_MAX_TOKENS = 'gen_ai.request.max_tokens';
/** Only ever `true`: absent when the answer is not streamed. */
export const REQUEST_STREAM = 'gen_ai.request.stream';
export const RESPONSE_MODEL = 'gen_ai.response.model';
export const RESPONSE_ID = 'gen_ai.response.id';
/** Seconds from the start of the call, retries included, to the first event of the answer's content. */
export const TIME_TO_FIRST_CHUNK = 'gen_ai.response.time_to_first_chunk';
/** Includes what was read from and written to the cache. */
export const INPUT_TOKENS = 'gen_ai.usage.input_tokens';
export const OUTPUT_TOKENS = 'gen_ai.usage.output_tokens';
export const CACHE_READ_TOKENS = 'gen_ai.usage.cache_read.input_tokens';
export const CACHE_WRITE_TOKENS = 'gen_ai.usage.cache_write.input_tokens';
/** A part of the output tokens. */
export const REASONING_TOKENS = 'gen_ai.usage.reasoning.output_tokens';
export const CONVERSATION_ID = 'gen_ai.conversation.id';

// OpenTelemetry HTTP, server and errors
export const ERROR_TYPE = 'error.type';
export const HTTP_METHOD = 'http.request.method';
export const HTTP_ROUTE = 'http.route';
export const HTTP_STATUS_CODE = 'http.response.status_code';
/** Attempts after the first; absent when there was one. */
export const HTTP_RESEND_COUNT = 'http.request.resend_count';
export const SERVER_ADDRESS = 'server.address';
export const SERVER_PORT = 'server.port';

// As the SDK's own spans name them
export const REQUEST_ID = 'anthropic.request.id';
export const ORGANIZATION_ID = 'anthropic.organization.id';
export const WORKSPACE_ID = 'anthropic.workspace.id';
/** The values of the `anthropic-beta` header, as a list. */
export const BETA = 'anthropic.beta';
export const STOP_REASON = 'anthropic.message.stop_reason';
export const SERVICE_TIER = 'anthropic.response.service_tier';
/** Of a submitted batch. */
export const BATCH_REQUEST_COUNT = 'anthropic.message.batch.request_count';
export const CACHE_WRITE_5M_TOKENS = 'anthropic.usage.cache_creation.ephemeral_5m_input_tokens';
export const CACHE_WRITE_1H_TOKENS = 'anthropic.usage.cache_creation.ephemeral_1h_input_tokens';

// Our own: on the SDK's span and on ours alike
/** The `usage` of the message as the API sent it, as JSON; of a stream, its events merged. */
export const USAGE = 'spanledger.usage';
/** False until the last event with usage: the output is then not known, and left out of {@link USAGE}. */
export const USAGE_COMPLETE = 'spanledger.usage.complete';
/** A JSON array with one entry per attempt; see `Attempt`. */
export const ATTEMPTS = 'spanledger.attempts';
/** A decimal string in USD. Absent, never "0", when no price is known. */
export const COST_USD = 'spanledger.cost.usd';
/** The version of the price table that {@link COST_USD} was worked out with; beside it, never without. */
export const COST_CARDS = 'spanledger.cost.cards';
/** `billing_policy.bill_to` of the request; with "user_profile" another organisation pays. Absent when the request has none. */
export const BILL_TO = 'spanledger.bill_to';
/** Whether the message has no content at all. Absent when that is not known. */
export const OUTPUT_EMPTY = 'spanledger.output.empty';
/** The application aborted the call, or stopped reading its stream. */
export const CANCELLED = 'spanledger.cancelled';
/** The stream was never read to its end, and the span was ended by the garbage collector or at exit. */
export const INCOMPLETE = 'spanledger.incomplete';
/** The id of the span that ended before the body was read. This span says what the body said of the same call. */
export const SUPPLEMENT_OF = 'spanledger.supplement_of';
/** How long the call took, where the SDK's span ended too early to tell. */
export const DURATION_MS = 'spanledger.duration_ms';
/** `error.details.error_code`, which tells a spend limit from a rate limit. */
export const ERROR_CODE = 'spanledger.error.code';
/**
 * `spanledger.ratelimit.<kind>.limit`, `.remaining` and `.reset` (an instant, RFC 3339), of the last answer; kind:
 * requests, tokens, input_tokens, output_tokens.
 */
export const RATE_LIMIT = 'spanledger.ratelimit';
/** The message batch: on the span of its submit, and on those of its results. */
export const BATCH_ID = 'spanledger.batch.id';
/** The result's `custom_id` within its batch. */
export const BATCH_CUSTOM_ID = 'spanledger.batch.custom_id';

// Tags
export const FEATURE = 'spanledger.feature';
export const USER_ID = 'spanledger.user.id';
export const CUSTOMER_ID = 'spanledger.customer.id';
export const PROMPT_VERSION = 'spanledger.prompt.version';
export const ENVIRONMENT = 'spanledger.environment';
export const PROJECT = 'spanledger.project';
export const WORKSPACE = 'spanledger.workspace';
/** Prefix of the tags that have no attribute of their own: `spanledger.tag.<name>`. */
export const TAG = 'spanledger.tag.';
