// What the values of the dimension `failure` are called, and what one can do.
import type { Failure } from '@spanledger/collector/contract';

export const FAILURE_WORDS: Readonly<Record<Failure, { title: string; hint: string }>> = {
  rate_limit: { title: 'Rate limit (429)', hint: 'too many requests or tokens a minute; trying again helps' },
  spend_cap: { title: 'Spend cap (429)', hint: 'the money of the period is used up; trying again does not help' },
  overloaded: { title: 'Overloaded (529)', hint: 'Anthropic has no room; trying again later helps' },
  timeout: { title: 'Timeout', hint: 'no answer in the time the app or the API waits' },
  connection: { title: 'Connection lost', hint: 'the network broke, also in the middle of a stream' },
  api_error: { title: 'API error (5xx)', hint: 'a failure on the side of the API' },
  invalid_request: { title: 'Invalid request', hint: 'the API refused it as it is: 400, 404, 413' },
  not_allowed: { title: 'Not allowed', hint: 'key, permission or billing: 401, 402, 403' },
  other_error: { title: 'Other error', hint: 'no kind that is known here' },
  cut_off: {
    title: 'Cut off by the app',
    hint: 'the app stopped before the answer was whole; what was written is billed',
  },
  refusal: { title: 'Refusal', hint: 'the model declined; an answer as far as the API is concerned' },
};

const isFailure = (value: string): value is Failure => Object.hasOwn(FAILURE_WORDS, value);

export const failureTitle = (value: string): string => (isFailure(value) ? FAILURE_WORDS[value].title : value);
export const failureHint = (value: string): string => (isFailure(value) ? FAILURE_WORDS[value].hint : '');
