// What an error is called: the API's own word for it (`overloaded_error`), from whatever an emitter says instead: an HTTP
// status, a class name, a message with the API's envelope in it. The words for what never reached the API are the SDK's own.

const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'client_timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};
/** The classes of the SDKs' errors, in TypeScript and Python. */
const BY_CLASS: Readonly<Record<string, string>> = {
  BadRequestError: 'invalid_request_error',
  UnprocessableEntityError: 'invalid_request_error',
  AuthenticationError: 'authentication_error',
  PermissionDeniedError: 'permission_error',
  NotFoundError: 'not_found_error',
  ConflictError: 'conflict_error',
  RequestTooLargeError: 'request_too_large',
  RateLimitError: 'rate_limit_error',
  InternalServerError: 'api_error',
  OverloadedError: 'overloaded_error',
  ServiceUnavailableError: 'overloaded_error',
  DeadlineExceededError: 'timeout_error',
  APIConnectionTimeoutError: 'client_timeout_error',
  APITimeoutError: 'client_timeout_error',
  TimeoutError: 'client_timeout_error',
  APIConnectionError: 'connection_error',
  RemoteProtocolError: 'connection_error',
};
const BY_MESSAGE: readonly [RegExp, string][] = [
  [/\boverloaded(_error)?$/i, 'overloaded_error'],
  [/\brate limit\b/i, 'rate_limit_error'],
  [/\b(aborted due to timeout|request timed out|timed out)\b/i, 'client_timeout_error'],
  [/^(\w+: )?(terminated$|peer closed connection)/, 'connection_error'],
  [/\b(cannot connect to api|connection error|ECONNREFUSED|ECONNRESET|ENOTFOUND)\b/i, 'connection_error'],
];

/** The API's envelope, as JSON or as Python writes it. */
const ENVELOPED = /['"]error['"]:\s*\{[^{}]{0,200}?['"]type['"]:\s*['"]([a-z_]{1,60})['"]/;

export interface SaidOfError {
  httpStatus?: number | null;
  /** Of the status or the exception. */
  message?: string | null;
  /** The exception's class, as `exception.type` has it, with its module or not. */
  className?: string | null;
}

/** `unknown_error` where nothing tells. Never throws. */
export function errorTypeOf({ httpStatus = null, message = null, className = null }: SaidOfError): string {
  const enveloped = ENVELOPED.exec(message ?? '')?.[1];
  if (enveloped !== undefined) return enveloped;
  const name = className?.slice(className.lastIndexOf('.') + 1) ?? '';
  if (Object.hasOwn(BY_CLASS, name)) return BY_CLASS[name] ?? 'unknown_error';
  if (httpStatus !== null && httpStatus >= 400)
    return BY_STATUS[httpStatus] ?? (httpStatus >= 500 ? 'api_error' : 'unknown_error');
  return (
    BY_MESSAGE.find(([pattern]) => message !== null && pattern.test(message.slice(0, 2_000)))?.[1] ?? 'unknown_error'
  );
}
