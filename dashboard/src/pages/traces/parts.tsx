// How each part of a trace looks and is called: one icon, one word, one colour of the palette.
import {
  IconArrowForwardUp,
  IconCircleDot,
  IconCloud,
  IconListNumbers,
  IconMessage,
  IconQuestionMark,
  IconRobot,
  IconTool,
  IconWorld,
} from '@tabler/icons-react';
import type { SpanPart } from '@spanledger/collector/contract';
import { palette } from '../../theme/palette.ts';

/** In the order in which they take their colours, so that these are the same in every browser. */
const PARTS = {
  call: { word: 'call', Icon: IconMessage },
  agent: { word: 'agent', Icon: IconRobot },
  tool: { word: 'tool', Icon: IconTool },
  server: { word: 'Anthropic’s servers', Icon: IconCloud },
  step: { word: 'step', Icon: IconListNumbers },
  attempt: { word: 'attempt', Icon: IconArrowForwardUp },
  http: { word: 'request', Icon: IconWorld },
  other: { word: 'span', Icon: IconCircleDot },
} as const satisfies Record<SpanPart, { word: string; Icon: typeof IconRobot }>;

/** Every part that one of these is, in the one order. */
export const partsAmong = (parts: ReadonlySet<SpanPart>): SpanPart[] =>
  (Object.keys(PARTS) as SpanPart[]).filter((part) => parts.has(part));

const DIMENSION = 'spanPart';
for (const part of Object.keys(PARTS)) colourOfPart(part as SpanPart);

export function colourOfPart(part: SpanPart): string {
  return palette.colourOf(DIMENSION, part === 'other' ? null : part);
}

export const wordOfPart = (part: SpanPart): string => PARTS[part].word;

/** Null: the root of what has no parent. */
export function PartIcon({ part }: { part: SpanPart | null }) {
  const Icon = part === null ? IconQuestionMark : PARTS[part].Icon;
  return (
    <Icon
      className="part-icon"
      size={15}
      stroke={1.8}
      style={part === null ? {} : { color: colourOfPart(part) }}
      aria-hidden
    />
  );
}
