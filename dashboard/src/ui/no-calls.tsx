// In the place of what has no calls: a ledger that holds none is to be connected, any other window to be widened, unless the
// panel knows better words for it.
import { Link } from 'react-router';
import type { ReactNode } from 'react';
import { useStatus } from '../api/questions.ts';

export function NoCalls({
  children = 'No calls in this window. Choose a longer one, or take a filter away.',
}: {
  children?: ReactNode;
}) {
  const status = useStatus();
  if (status.data?.calls === 0)
    return (
      <div>
        <p>No call has come in yet.</p>
        <Link to="/connect">Connect an app</Link>
      </div>
    );
  return children;
}
