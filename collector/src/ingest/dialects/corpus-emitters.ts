// The captured emitters of the table test, with what each does not tell, or tells wrongly.
// A gap is `<field> unknown | wrong` (or `call missing | too many`) -> which calls: all, streams, all but streams, or by name.

export interface Emitter {
  /** File under fixtures/corpus. */
  corpus: string;
  title: string;
  /** The `source` of its reports; reports of other sources in the same corpus are another row. */
  sources: readonly string[];
  gaps: Readonly<Record<string, string>>;
}

export const EMITTERS: readonly Emitter[] = [
  {
    corpus: 'native',
    title: 'Anthropic SDK for TypeScript 1.12.0',
    sources: ['anthropic-sdk'],
    gaps: {
      // Ends when the stream is garbage-collected: never, in a short run.
      'call missing': 'stream_unread',
      'outcome unknown': 'abort_before_response',
      // The application reads the body itself; the span has ended by then.
      'model unknown': 'as_response',
      'message id unknown': 'as_response',
      'stop reason unknown': 'as_response',
      'input tokens unknown': 'as_response',
      'cache reads unknown': 'as_response',
      'cache writes unknown': 'as_response',
      'output tokens unknown': 'as_response',
      'thinking tokens unknown': 'as_response',
      // Compacted: the span leaves out what the compaction used, and the call is unpriced.
      'input tokens wrong': 'beta_create, beta_stream_create',
      'cache reads wrong': 'beta_create, beta_stream_create',
      'output tokens wrong': 'beta_create, beta_stream_create',
      // Estimates: speed, geography and server tools are not on the span, nor is the split of cache writes that a
      // server tool made.
      'web searches unknown': 'all',
      'cost unknown': 'as_response',
      'cost wrong': 'server_tool, stream_create_server_tool, stream_server_tool_cached',
    },
  },
];
