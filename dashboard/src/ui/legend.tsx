// What the colours of a chart stand for; each name may lead somewhere.
import { Link } from 'react-router';
import type { Series } from '../charts/points.ts';

export function Legend({
  label,
  series,
  level,
  hrefOf,
}: {
  label: string;
  series: readonly Series[];
  /** What the dashed line across says. */
  level?: string;
  hrefOf?: (series: Series) => string;
}) {
  return (
    <ul className="legend" aria-label={label}>
      {series.map((one) => {
        const name = (
          <>
            <span className="dot" style={{ background: one.colour }} aria-hidden />
            <span className="name">{one.label}</span>
          </>
        );
        return (
          <li key={one.key}>
            {hrefOf ? (
              <Link className="dotted-name" to={hrefOf(one)} preventScrollReset>
                {name}
              </Link>
            ) : (
              <span className="dotted-name">{name}</span>
            )}
          </li>
        );
      })}
      {level !== undefined && (
        <li className="dotted-name">
          <span className="dot is-level" aria-hidden />
          <span className="name">{level}</span>
        </li>
      )}
    </ul>
  );
}
