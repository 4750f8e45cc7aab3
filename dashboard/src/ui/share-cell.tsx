// A share as a bar with its number beside it, in a table's column of class `share-column`.
import { Link } from 'react-router';
import { formatShare } from '../format.ts';

/** `share`: 0 to 1; null where it is not known. `to`: the calls that are this share. */
export function ShareCell({ share, to }: { share: number | null; to: string }) {
  return (
    <td className="share-column">
      <span className="share">
        <span className="share-bar" style={{ width: `${Math.max(0, (share ?? 0) * 100)}%` }} aria-hidden />
      </span>
      <span className="figure">{share === null ? '–' : <Link to={to}>{formatShare(share)}</Link>}</span>
    </td>
  );
}
