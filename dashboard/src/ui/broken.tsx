import { Button } from '@mantine/core';
import { Link } from 'react-router';

/** When drawing a page failed: say so, offer the way out. */
export function Broken() {
  return (
    <div className="panel token-page" role="alert">
      <h1>This page could not be drawn</h1>
      <p className="is-muted">The ledger itself is not touched by that. A reload fetches the page anew.</p>
      <Button onClick={() => location.reload()}>Reload</Button>
    </div>
  );
}

export function NotFound() {
  return (
    <div className="panel token-page">
      <h1>No such page</h1>
      <p>
        <Link to="/">To the overview</Link>
      </p>
    </div>
  );
}
