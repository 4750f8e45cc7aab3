import { formatValue } from '../format.ts';
import { palette } from '../theme/palette.ts';

/** A dimension's value with its colour. */
export function Dot({ dimension, value }: { dimension: string; value: string | null }) {
  return (
    <span className="dotted-name" title={formatValue(value, dimension)}>
      <span className="dot" style={{ background: palette.colourOf(dimension, value) }} aria-hidden />
      <span className={value === null || value === '' ? 'name is-unknown' : 'name'}>
        {formatValue(value, dimension)}
      </span>
    </span>
  );
}
