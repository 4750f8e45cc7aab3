// What stands in the place of a page that cannot be shown.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { api } from '../api/api.ts';
import { isUnanswered } from '../api/away.ts';
import { useTitle } from './page-name.tsx';

/** A page's code comes from the collector as well: without it nothing can be opened that was not open before. */
export function Broken() {
  const collector = useCollector();
  useTitle('Not shown');
  if (collector === 'asked') return <div className="panel token-page" aria-busy />;
  if (collector === 'gone')
    return (
      <div className="panel token-page" role="alert">
        <h1>The collector does not answer</h1>
        <p className="is-muted">Is it running? This page opens by itself when it is back.</p>
      </div>
    );
  return (
    <div className="panel token-page" role="alert">
      <h1>This page could not be drawn</h1>
      <p className="is-muted">The ledger itself is not touched by that. A reload fetches the page anew.</p>
      <Button onClick={() => location.reload()}>Reload</Button>
    </div>
  );
}

const EVERY_MS = 2000;
/** Whether it is there; reloads the page when it has been gone and comes back. */
function useCollector(): 'asked' | 'there' | 'gone' {
  const { isPending, error } = useQuery({
    queryKey: ['there'],
    queryFn: ({ signal }) => api.status(signal),
    retry: false,
    gcTime: 0,
    refetchInterval: EVERY_MS,
    // A browser without a network may stand beside its collector.
    networkMode: 'always',
  });
  const [wasGone, setWasGone] = useState(false);
  const isGone = isUnanswered(error);
  if (isGone && !wasGone) setWasGone(true);
  const isBack = wasGone && !isPending && !isGone;
  useEffect(() => {
    if (isBack) location.reload();
  }, [isBack]);
  if (isPending) return 'asked';
  return wasGone ? 'gone' : 'there';
}

export function NotFound() {
  useTitle('No such page');
  return (
    <div className="panel token-page">
      <h1>No such page</h1>
      <p>
        <Link to="/">To the overview</Link>
      </p>
    </div>
  );
}
