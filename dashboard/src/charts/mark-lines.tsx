// What happened, drawn upright on the axis of time. A part of its own: marks often come after what they are drawn on, and that is not
// drawn anew for them.
import { memo } from 'react';
import { ReferenceLine } from 'recharts';
import type { Place } from './places.ts';
import { type Mark, markedPoint } from './points.ts';

export const MarkLines = memo(function MarkLines({
  marks,
  places,
}: {
  marks: readonly Mark[];
  places: readonly Place[];
}) {
  return marks.map((mark) => {
    const at = markedPoint(mark, places);
    return at === null ? null : (
      <ReferenceLine key={`${mark.at} ${mark.label}`} x={at} stroke="var(--sl-muted)" strokeDasharray="2 3" />
    );
  });
});
