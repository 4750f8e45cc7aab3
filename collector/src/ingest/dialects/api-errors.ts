// What an error is called: the API's own word for it (`overloaded_error`), from whatever an emitter says instead: an HTTP
// status, a class name, a message with the API's envelope in it. The words for what never reached the API are the SDK's own.

const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'client_timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};
const BY_MESSAGE: readonly [RegExp, string][] = [
  [/\boverloaded(_error)?$/i, 'overloaded_error'],
  [/\brate limit\b/i, 'rate_limit_error'],
  [/\b(aborted due to timeout|request timed out|timed out)\b/i, 'client_timeout_error'],
  [/\b(cannot connect to api|connection error|ECONNREFUSED|ECONNRESET|ENOTFOUND)\b/i, 'connection_error'],
];

export interface SaidOfError {
  httpStatus?: number | null;
  /** Of the status or the exception. */
  message?: string | null;
  /** The exception's class, as `exception.type` has it. */
  className?: string | null;
}

/** `unknown_error` where nothing tells. Never throws. */
export function errorTypeOf({ httpStatus = null, message = null, className = null }: SaidOfError): string {
  const enveloped = /"error":\s*\{[^{}]{0,200}?"type":\s*"([a-z_]{1,60})"/.exec(message ?? '')?.[1];
  if (enveloped !== undefined) return enveloped;
  if (httpStatus !== null && httpStatus >= 400)
    return BY_STATUS[httpStatus] ?? (httpStatus >= 500 ? 'api_error' : 'unknown_error');
  if (className === 'TimeoutError') return 'client_timeout_error';
  return (
    BY_MESSAGE.find(([pattern]) => message !== null && pattern.test(message.slice(0, 2_000)))?.[1] ?? 'unknown_error'
  );
}
