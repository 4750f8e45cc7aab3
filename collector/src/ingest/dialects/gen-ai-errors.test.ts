import { expect, test } from 'vitest';
import { spanOf } from '../fakes.ts';
import { readFailure } from './gen-ai-errors.ts';

const exception = (type: string, message: string) => ({
  name: 'exception',
  attributes: { 'exception.type': type, 'exception.message': message },
});
const envelope = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}';
const asPython =
  "{'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Overloaded'}, 'request_id': 'req_1'}";

test.each([
  ['JavaScript', `529 ${envelope}`],
  ['Python', `Error code: 529 - ${asPython}`],
  ['Logfire', `OverloadedError: Error code: 529 - ${asPython}`],
])('the envelope in a status message tells type, status and request id, as %s writes it', (_, statusMessage) => {
  expect(readFailure(spanOf({ status: 'error', statusMessage, attributes: {} }))).toEqual({
    outcome: 'error',
    errorType: 'overloaded_error',
    httpStatus: 529,
    requestId: 'req_1',
  });
});

test('an error in the middle of a stream has no status of its own', () => {
  const failure = readFailure(spanOf({ status: 'error', attributes: {}, events: [exception('APIError', envelope)] }));
  expect(failure).toEqual({ outcome: 'error', errorType: 'overloaded_error', httpStatus: null, requestId: 'req_1' });
});

test.each([
  ['BadRequestError', 'invalid_request_error'],
  ['anthropic.RateLimitError', 'rate_limit_error'],
  ['anthropic.APITimeoutError', 'client_timeout_error'],
  ['APIConnectionError', 'connection_error'],
  ['authentication_error', 'authentication_error'],
  ['413', 'request_too_large'],
  ['botocore.errorfactory.ThrottlingException', 'ThrottlingException'],
  ['TypeError', 'client_error'],
])('error.type %s is %s', (said, errorType) => {
  expect(readFailure(spanOf({ status: 'error', attributes: { 'error.type': said } })).errorType).toBe(errorType);
});

test('a status alone tells the type; without anything the type is unknown', () => {
  const attributes = { 'http.response.status_code': 429 };
  expect(readFailure(spanOf({ status: 'error', attributes }))).toMatchObject({
    errorType: 'rate_limit_error',
    httpStatus: 429,
  });
  expect(readFailure(spanOf({ status: 'error', attributes: {} })).errorType).toBe('unknown_error');
});

test('what the application gave up is cancelled, not failed', () => {
  for (const span of [
    spanOf({ status: 'error', statusMessage: 'Request was aborted.', attributes: {} }),
    spanOf({ status: 'error', attributes: { 'error.type': 'APIUserAbortError' } }),
    spanOf({ status: 'error', attributes: {}, events: [exception('asyncio.CancelledError', '')] }),
  ]) {
    expect(readFailure(span)).toMatchObject({ outcome: 'cancelled', errorType: null });
  }
});

test('a span without an error has none', () => {
  expect(readFailure(spanOf({ status: 'ok', attributes: {} }))).toMatchObject({ outcome: null, errorType: null });
});
