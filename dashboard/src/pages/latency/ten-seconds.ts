/** Who waits longer for an answer that is not streamed has gone: the line that the page draws, in milliseconds. */
export const TEN_SECONDS_MS = 10_000;
