// The captured emitters of the table test, with what each does not tell, or tells wrongly.
// A gap is `<field> unknown | wrong` (or `call missing | too many`) -> which calls: a group of them (all, streams, completed calls, ...),
// a group but a few, or by name.

export interface Emitter {
  /** File under fixtures/corpus. */
  corpus: string;
  title: string;
  /** The `source` of its reports; reports of other sources in the same corpus are another row. */
  sources: readonly string[];
  /** Only what came by this signal, where an emitter tells its calls by two. */
  signal?: 'traces' | 'logs';
  gaps: Readonly<Record<string, string>>;
}

/** Whole answers are on its span, streams as counts only. It reads on what the app leaves, and loses what breaks. */
const OPENINFERENCE_GAPS = {
  '1-hour cache writes unknown': 'streams',
  'HTTP status unknown': 'answered calls',
  'cache reads unknown': 'as_response',
  'cache reads wrong': 'beta_stream_create',
  'cache writes unknown': 'as_response',
  'call missing': 'mid_cut, mid_error, tool_runner_stream',
  'cost estimated': 'streams but rl_then_ok_stream, stream_helper_tool',
  'cost unknown': 'as_response',
  'error type unknown': 'mid_end',
  'input tokens unknown': 'as_response',
  'input tokens wrong': 'beta_stream_create',
  'message id unknown': 'streams and as_response',
  'model unknown': 'as_response',
  'outcome unknown': 'abort_helper, abort_stream_controller, mid_end',
  'outcome wrong': 'abort_stream_break, stream_unread',
  'output tokens unknown': 'as_response',
  'output tokens wrong': 'beta_stream_create',
  'request id unknown': 'answered calls',
  'stop reason unknown': 'as_response',
  'thinking tokens unknown': 'streams and as_response',
  'web searches unknown': 'streams and as_response',
};

export const EMITTERS: readonly Emitter[] = [
  // Its span of a stream that nobody reads never ends; of `asResponse()` it ends before the body is read. A compaction's own
  // usage is on no span, and such a call is unpriced. Costs with server tools are estimates.
  {
    corpus: 'native',
    title: 'Anthropic SDK for TypeScript 1.12.0',
    sources: ['anthropic-sdk'],
    gaps: {
      'cache reads unknown': 'as_response',
      'cache reads wrong': 'beta_create, beta_stream_create',
      'cache writes unknown': 'as_response',
      'call missing': 'stream_unread',
      'cost estimated': 'server_tool, stream_create_server_tool, stream_server_tool_cached',
      'cost unknown': 'as_response',
      'input tokens unknown': 'as_response',
      'input tokens wrong': 'beta_create, beta_stream_create',
      'message id unknown': 'as_response',
      'model unknown': 'as_response',
      'outcome unknown': 'abort_before_response',
      'output tokens unknown': 'as_response',
      'output tokens wrong': 'beta_create, beta_stream_create',
      'stop reason unknown': 'as_response',
      'thinking tokens unknown': 'as_response',
      'web searches unknown': 'all',
    },
  },
  {
    corpus: 'openinference-python-and-native',
    title: 'Anthropic SDK for Python 2.12.0, beneath OpenInference',
    sources: ['anthropic-sdk'],
    gaps: {
      'cost estimated': 'server_tool, stream_create_server_tool, stream_server_tool_cached',
      'web searches unknown': 'all',
    },
  },
  // No ids but in errors, no stop reason of streams, no split of cache writes. A stream that the app leaves has no span, one
  // that fails no usage, one that is aborted its placeholder.
  {
    corpus: 'traceloop-js',
    title: 'OpenLLMetry for JavaScript 0.27.0',
    sources: ['openllmetry'],
    gaps: {
      '1-hour cache writes unknown': 'all',
      'HTTP status unknown': 'answered calls',
      'cache reads unknown': 'mid_cut, mid_error',
      'cache reads wrong': 'beta_create, beta_stream_create, beta_stream_helper',
      'cache writes unknown': 'mid_cut, mid_error',
      'call missing': 'abort_stream_break, e400_stream_helper, stream_unread',
      'cost estimated':
        'cached, concurrent, concurrent (streams), server_tool, stream_create, stream_create_server_tool, stream_first_slow, stream_helper, stream_helper_iter, stream_readable, stream_server_tool_cached, stream_tee, stream_with_response',
      'error type unknown': 'mid_end',
      'input tokens unknown': 'mid_cut, mid_error',
      'input tokens wrong': 'beta_create, beta_stream_create, beta_stream_helper',
      'message id unknown': 'all',
      'model unknown': 'mid_cut, mid_error',
      'outcome unknown': 'abort_helper, abort_stream_controller, mid_end',
      'output tokens wrong': 'beta_create, beta_stream_create, beta_stream_helper',
      'request id unknown': 'answered calls but mid_error',
      'stop reason unknown': 'streams',
      'stop reason wrong': 'stop_sequence',
      'thinking tokens unknown': 'all',
      'web searches unknown': 'all',
    },
  },
  // Of streams it knows neither the output nor what server tools put in, so they are unpriced; broken ones have no span.
  {
    corpus: 'openllmetry-python',
    title: 'OpenLLMetry for Python 0.62.4',
    sources: ['openllmetry'],
    gaps: {
      '1-hour cache writes unknown': 'all',
      'HTTP status unknown': 'answered calls',
      'cache reads wrong': 'stream_server_tool_cached',
      'cache writes wrong': 'stream_server_tool_cached',
      'call missing': 'abort_stream_break, mid_cut, mid_error',
      'cost estimated': 'async_create, beta_create, cached, server_tool',
      'cost unknown': 'streams',
      'error type unknown': 'mid_end',
      'input tokens wrong': 'stream_create_server_tool, stream_server_tool_cached',
      'outcome unknown': 'mid_end',
      'output tokens unknown': 'completed streams',
      'request id unknown': 'answered calls',
      'stop reason wrong': 'stop_sequence',
      'thinking tokens unknown': 'all',
      'web searches unknown': 'all',
    },
  },
  {
    corpus: 'openinference-js',
    title: 'OpenInference for JavaScript 0.2.8',
    sources: ['openinference'],
    gaps: OPENINFERENCE_GAPS,
  },
  {
    corpus: 'openinference-python-and-native',
    title: 'OpenInference for Python 3.1.0',
    sources: ['openinference'],
    gaps: {
      'HTTP status unknown': 'answered calls',
      'error type unknown': 'mid_end',
      'outcome unknown': 'abort_stream_break, mid_end',
      'request id unknown': 'answered calls but mid_error',
    },
  },
  // Sees `messages.create` only. Of streams it knows neither the output nor what server tools put in: unpriced.
  {
    corpus: 'openlit-js',
    title: 'OpenLIT for JavaScript 1.15.0',
    sources: ['openlit'],
    gaps: {
      '1-hour cache writes unknown': 'all',
      'HTTP status unknown': 'answered calls',
      'cache reads unknown': 'abort_stream_break, mid_cut, mid_error',
      'cache writes unknown': 'abort_stream_break, mid_cut, mid_error',
      'call missing':
        'abort_helper, beta_create, beta_stream_create, beta_stream_helper, stream_helper, stream_helper_iter, stream_helper_tool, stream_tee, stream_unread, stream_with_response, tool_runner, tool_runner_stream',
      'cost estimated': 'cached, concurrent, server_tool',
      'cost unknown': 'streams',
      'error type unknown': 'mid_end',
      'input tokens unknown': 'abort_stream_break, mid_cut, mid_error',
      'input tokens wrong': 'stream_create_server_tool, stream_server_tool_cached',
      'message id unknown': 'abort_stream_break, mid_cut, mid_error',
      'model unknown': 'abort_stream_break, mid_cut, mid_error',
      'outcome unknown': 'abort_stream_break, abort_stream_controller, mid_end',
      'output tokens unknown': 'completed streams',
      'request id unknown': 'answered calls but mid_error',
      'stop reason wrong': 'stop_sequence',
      'thinking tokens unknown': 'all',
      'web searches unknown': 'all',
    },
  },
  // Not how a call failed; a stop reason of streams only; of streams not the input that server tools put in.
  {
    corpus: 'sentry-js',
    title: 'Sentry for Node 10.78.0',
    sources: ['sentry'],
    gaps: {
      '1-hour cache writes unknown': 'all',
      'HTTP status unknown': 'all',
      'cost estimated': 'cached, stream_create, stream_create_server_tool, stream_helper',
      'error type unknown': 'e400, mid_cut, mid_error, overloaded',
      'input tokens wrong': 'stream_create_server_tool',
      'outcome unknown': 'mid_cut, mid_error',
      'request id unknown': 'all',
      'stop reason unknown': 'non-streams',
      'thinking tokens unknown': 'all',
      'web searches unknown': 'all',
    },
  },
  // A stream that the app leaves has no record; one that breaks has one that does not say so.
  {
    corpus: 'logfire-python',
    title: 'Logfire 5.2.0 for Python',
    sources: ['logfire'],
    gaps: {
      'HTTP status unknown': 'answered calls',
      'call missing': 'abort_stream_break',
      'error type unknown': 'mid_cut, mid_end, mid_error',
      'message id unknown': 'streams',
      'model unknown': 'streams',
      'outcome unknown': 'mid_cut, mid_end, mid_error',
      'request id unknown': 'answered calls',
    },
  },
  {
    corpus: 'openinference-js-and-native',
    title: 'OpenInference for JavaScript, beside the SDK’s spans',
    sources: ['openinference'],
    gaps: OPENINFERENCE_GAPS,
  },
  // OpenInference takes the bodies of the tool runner's calls from it.
  {
    corpus: 'openinference-js-and-native',
    title: 'Anthropic SDK for TypeScript, beneath OpenInference',
    sources: ['anthropic-sdk'],
    gaps: {
      'cache reads unknown': 'as_response, tool_runner, tool_runner_stream',
      'cache reads wrong': 'beta_create, beta_stream_create',
      'cache writes unknown': 'as_response, tool_runner, tool_runner_stream',
      'call missing': 'stream_unread',
      'cost estimated': 'abort_stream_break, server_tool, stream_create_server_tool, stream_server_tool_cached',
      'cost unknown': 'as_response, tool_runner, tool_runner_stream',
      'input tokens unknown': 'as_response, tool_runner, tool_runner_stream',
      'input tokens wrong': 'beta_create, beta_stream_create',
      'message id unknown': 'as_response, tool_runner, tool_runner_stream',
      'model unknown': 'as_response, tool_runner, tool_runner_stream',
      'outcome unknown': 'abort_before_response',
      'output tokens unknown': 'abort_stream_break, as_response, tool_runner, tool_runner_stream',
      'output tokens wrong': 'beta_create, beta_stream_create',
      'stop reason unknown': 'abort_stream_break, as_response, tool_runner, tool_runner_stream',
      'thinking tokens unknown': 'abort_stream_break, as_response, tool_runner, tool_runner_stream',
      'web searches unknown': 'all',
    },
  },
  // `wrapAnthropic` in OpenTelemetry mode sent no span of any stream.
  {
    corpus: 'langsmith-js',
    title: 'LangSmith 0.12.0 for JavaScript (wrapAnthropic)',
    sources: ['langsmith'],
    gaps: {
      'HTTP status unknown': 'answered calls',
      'call missing': 'streams',
      'request id unknown': 'answered calls',
      'thinking tokens unknown': 'all',
      'web searches unknown': 'all',
    },
  },
  {
    corpus: 'claude-code',
    title: 'Claude Code 2.1.330, log events',
    sources: ['claude-code'],
    signal: 'logs',
    gaps: {
      // The stream that broke is asked for again, and only the second answer is told of.
      'call missing': 'mid_error (streams)',
      'model asked for unknown': 'answered calls',
      'message id unknown': 'all',
      'stop reason unknown': 'all',
      // Compacted: the event leaves out what the compaction used.
      'input tokens wrong': 'full',
      'cache reads wrong': 'full',
      'output tokens wrong': 'full',
      'thinking tokens unknown': 'all',
      'web searches unknown': 'all',
    },
  },
  {
    corpus: 'claude-code',
    title: 'Claude Code 2.1.330, spans (beta)',
    sources: ['claude-code'],
    signal: 'traces',
    gaps: {
      'call missing': 'mid_error (streams)',
      // The alias asked for stands where the model that answered would.
      'model unknown': 'all',
      'message id unknown': 'all',
      'input tokens wrong': 'full',
      'cache reads wrong': 'full',
      'output tokens wrong': 'full',
      '1-hour cache writes unknown': 'all',
      'thinking tokens unknown': 'all',
      'web searches unknown': 'all',
      // Estimates: all cache writes as for 5 minutes.
      'cost estimated': 'all but rl_then_ok',
    },
  },
  {
    corpus: 'vercel-ai-4',
    title: 'Vercel AI SDK 4.3.19',
    sources: ['vercel-ai'],
    gaps: {
      // Spans that never end when the application gives up or the answer breaks.
      'call missing': 'abort_stream_controller, mid_cut, stream_create_server_tool',
      // The SDK reads on to the end what the application broke off; it takes an answer with server tools for an error.
      'outcome wrong': 'abort_stream_break, server_tool',
      'error type unknown': 'e400, mid_error',
      'HTTP status unknown': 'e400, overloaded, server_tool',
      'model unknown': 'server_tool',
      'message id unknown': 'server_tool',
      'request id unknown': 'all',
      'stop reason unknown': 'refusal, server_tool',
      'stop reason wrong': 'stop_sequence',
      'input tokens unknown': 'mid_error, server_tool',
      'cache reads unknown': 'mid_error, server_tool',
      'cache writes unknown': 'mid_error, server_tool',
      'output tokens unknown': 'server_tool',
      '1-hour cache writes unknown': 'all',
      'thinking tokens unknown': 'all',
      'web searches unknown': 'all',
      'cost unknown': 'server_tool',
      // Estimates: all cache writes as for 5 minutes.
      'cost estimated': 'streams and cached, concurrent',
    },
  },
  {
    corpus: 'vercel-ai-5',
    title: 'Vercel AI SDK 5.0.277',
    sources: ['vercel-ai'],
    gaps: {
      // The raw usage is on the span; only what broke or was refused is told in part.
      'error type unknown': 'e400, e400_stream, mid_error, object_e400',
      'HTTP status unknown': 'e400, e400_stream, object_e400, overloaded, overloaded_stream',
      'request id unknown': 'all',
      'input tokens unknown': 'mid_error',
      'cache reads unknown': 'mid_error',
      'cache writes unknown': 'mid_error',
      '1-hour cache writes unknown': 'mid_error',
    },
  },
  {
    corpus: 'vercel-ai-6',
    title: 'Vercel AI SDK 6.0.326',
    sources: ['vercel-ai'],
    gaps: {
      'call missing': 'abort_stream_break, abort_stream_controller, mid_cut',
      'error type unknown': 'e400, mid_error',
      'HTTP status unknown': 'e400, overloaded',
      'request id unknown': 'all',
      'input tokens unknown': 'mid_error',
      'cache reads unknown': 'mid_error',
      'cache writes unknown': 'mid_error',
      '1-hour cache writes unknown': 'mid_error',
    },
  },
  {
    corpus: 'vercel-ai-7-legacy',
    title: 'Vercel AI SDK 7.0.173, LegacyOpenTelemetry',
    sources: ['vercel-ai'],
    gaps: {
      // The raw usage is on the span; only what broke or was refused is told in part.
      'error type unknown': 'e400, e400_stream, mid_error, object_e400',
      'HTTP status unknown': 'e400, e400_stream, object_e400, overloaded, overloaded_stream',
      'request id unknown': 'all',
      'input tokens unknown': 'mid_error',
      'cache reads unknown': 'mid_error',
      'cache writes unknown': 'mid_error',
      '1-hour cache writes unknown': 'mid_error',
    },
  },
  {
    corpus: 'vercel-ai-7',
    title: 'Vercel AI SDK 7.0.173, OpenTelemetry',
    sources: ['vercel-ai'],
    gaps: {
      'call missing': 'mid_error',
      // The SDK reads on to the end what the application broke off.
      'outcome wrong': 'abort_stream_break',
      'error type unknown': 'mid_cut',
      'HTTP status unknown': 'abort_stream_controller',
      'model unknown': 'abort_stream_controller, mid_cut',
      'message id unknown': 'abort_stream_controller, mid_cut',
      'request id unknown': 'all',
      'stop reason wrong': 'stop_sequence',
      'input tokens unknown': 'abort_stream_controller, mid_cut',
      'cache reads unknown': 'abort_stream_controller, mid_cut',
      'cache writes unknown': 'abort_stream_controller, mid_cut',
      '1-hour cache writes unknown': 'all',
      'thinking tokens unknown': 'all',
      'web searches unknown': 'all',
      // Estimates: all cache writes as for 5 minutes, no server tools.
      'cost estimated':
        'abort_stream_break, cached, concurrent, concurrent (streams), server_tool, stream_create, stream_create_server_tool, stream_first_slow',
    },
  },
];
