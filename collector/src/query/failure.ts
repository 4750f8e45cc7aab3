// What kept a call from a whole answer, worked out from what it says of its end: outcome, error type, error code, stop reason.
// The one place that tells a spend cap from a rate limit. The same expression over merged calls and over a roll-up.
import type { Failure } from '../contract.ts';

/** Codes of the API's errors that say: the money is used up. https://platform.claude.com/docs/en/api/rate-limits */
const SPEND_CODES = [
  'enforced_spend_limit_reached',
  'contract_spend_limit_reached',
  'linked_organization_spend_limit_reached',
] as const;

/** Error type -> failure; what is not named here is `other_error`. */
const BY_TYPE: Readonly<Record<string, Failure>> = {
  rate_limit_error: 'rate_limit',
  overloaded_error: 'overloaded',
  timeout_error: 'timeout',
  client_timeout_error: 'timeout',
  expired: 'timeout', // a batch ended before the request's turn came
  connection_error: 'connection',
  api_error: 'api_error',
  invalid_request_error: 'invalid_request',
  request_too_large: 'invalid_request',
  not_found_error: 'invalid_request',
  conflict_error: 'invalid_request',
  authentication_error: 'not_allowed',
  permission_error: 'not_allowed',
  billing_error: 'not_allowed',
};

const list = (texts: readonly string[]): string => texts.map((text) => `'${text}'`).join(', ');

/** Of an error, also of an attempt's: `type` and `code` are SQL expressions. */
export const failureOfError = (type: string, code: string): string =>
  `multiIf(ifNull(${code}, '') IN (${list(SPEND_CODES)}), 'spend_cap', transform(ifNull(${type}, ''), [${list(Object.keys(BY_TYPE))}], [${list(Object.values(BY_TYPE))}], 'other_error'))`;

export const FAILURE_SQL = `multiIf(
    ifNull(outcome, '') = 'error', ${failureOfError('error_type', 'error_code')},
    ifNull(outcome, '') = 'cancelled', 'cut_off',
    ifNull(stop_reason, '') = 'refusal', 'refusal', NULL)`;
