// What the colours of a waterfall stand for, and the strip within a call.
import type { TraceSpan } from '@spanledger/collector/contract';
import type { CSSProperties } from 'react';
import { colourOfPart, partsAmong, wordOfPart } from './parts.tsx';

export function TraceLegend({ spans }: { spans: readonly TraceSpan[] }) {
  const parts = partsAmong(new Set(spans.map(({ part }) => part)));
  const hasStrips = spans.some(({ part, callId }) => part === 'server' && callId !== null);
  return (
    <ul className="legend trace-legend" aria-label="Colours of the spans">
      {parts.map((part) => (
        <li key={part} className="dotted-name">
          <span className="dot" style={{ background: colourOfPart(part) }} aria-hidden />
          <span className="name">{wordOfPart(part)}</span>
        </li>
      ))}
      {hasStrips && (
        <li className="dotted-name">
          <span
            className="dot is-strip"
            style={{ background: colourOfPart('call'), '--strip': colourOfPart('server') } as CSSProperties}
            aria-hidden
          />
          <span className="name">strip within a call: its time on the servers</span>
        </li>
      )}
    </ul>
  );
}
