// One span on the time axis: its bar, within it the attempts of its call and the time at Anthropic's servers.
import type { TraceCall, TraceSpan } from '@spanledger/collector/contract';
import type { CSSProperties } from 'react';
import { formatDuration } from '../../format.ts';
import { placeOf } from './axis.ts';
import { colourOfPart } from './parts.tsx';

const percent = ({ left, width }: { left: number; width: number }): CSSProperties => ({
  left: `${left}%`,
  width: `${width}%`,
});

interface BarProps {
  span: TraceSpan;
  /** The call, where it is counted on this span. */
  call: TraceCall | undefined;
  /** The spans of Anthropic's servers for that call. */
  servers: readonly TraceSpan[];
  /** When the trace began, and how long it took. */
  startedAt: string;
  totalMs: number;
}

export function Bar({ span, call, servers, startedAt, totalMs }: BarProps) {
  const place = (offsetMs: number, durationMs: number) => percent(placeOf(offsetMs, durationMs, totalMs));
  // A single attempt is the call itself.
  const attempts = call && call.attempts.length > 1 ? call.attempts : [];
  const whole = `wf-bar is-${span.part}${attempts.length > 0 ? ' is-parted' : ''}${span.status === 'error' ? ' is-failed' : ''}`;
  return (
    <>
      <span
        className={whole}
        style={{ ...place(span.offsetMs, span.durationMs), '--part': colourOfPart(span.part) } as CSSProperties}
      />
      {attempts.map(({ startedAt: at, durationMs, httpStatus, errorType }, index) => {
        if (at === null || durationMs === null) return null;
        const failed = errorType !== null || (httpStatus ?? 0) >= 400;
        return (
          <span
            // Attempts have no id of their own; their place is their name.
            key={index}
            data-testid="attempt"
            className={failed ? 'wf-attempt is-failed' : 'wf-attempt'}
            style={
              {
                ...place(Date.parse(at) - Date.parse(startedAt), durationMs),
                '--part': colourOfPart(span.part),
              } as CSSProperties
            }
            title={`Attempt ${index + 1}: ${httpStatus ?? 'no answer'}${errorType ? ` ${errorType}` : ''}, ${formatDuration(durationMs)}`}
          />
        );
      })}
      {servers.map((server) => (
        <span
          key={server.spanId}
          className="wf-server"
          style={{ ...place(server.offsetMs, server.durationMs), '--part': colourOfPart('server') } as CSSProperties}
          title={`At Anthropic’s servers: ${formatDuration(server.durationMs)}`}
        />
      ))}
    </>
  );
}

/** The same in words, for who cannot see it. */
export function barWords({ span, call, servers }: Pick<BarProps, 'span' | 'call' | 'servers'>): string {
  return [
    `from ${formatDuration(Math.abs(span.offsetMs))} after the start, for ${formatDuration(span.durationMs)}`,
    ...(call && call.attempts.length > 1 ? [`${call.attempts.length} attempts`] : []),
    ...servers.map(({ durationMs }) => `${formatDuration(durationMs)} at Anthropic’s servers`),
  ].join(', ');
}
