// In the place of a list without calls: a ledger that holds none is to be connected, any other window to be widened.
import { Link } from 'react-router';
import { useStatus } from '../../api/questions.ts';

export function NoCalls() {
  const status = useStatus();
  if (status.data?.calls === 0)
    return (
      <div>
        <p>No call has come in yet.</p>
        <Link to="/connect">Connect an app</Link>
      </div>
    );
  return 'No calls in this window. Choose a longer one, or take a filter away.';
}
