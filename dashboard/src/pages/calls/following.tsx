// How the list keeps up with calls that come in: at its top it follows, and marks what is new; further down, with a call open,
// or paused it stands still and says how many are newer.
import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import type { CallJson } from '@spanledger/collector/contract';
import { useEffect, useRef, useState } from 'react';
import { useNewerCalls } from '../../api/questions.ts';
import { formatCount } from '../../format.ts';
import { numberOf } from '../../ui/rows.ts';
import type { Filters } from '../../url/filters.ts';

/** The calls that were not there at the answer before. None after another question was asked. */
export function useFresh(calls: readonly CallJson[], isOfThisQuestion: boolean): ReadonlySet<string> {
  const known = useRef<ReadonlySet<string> | null>(null);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (!isOfThisQuestion) {
      known.current = null;
      return;
    }
    const before = known.current;
    known.current = new Set(calls.map(({ callId }) => callId));
    // Of calls further down, more were loaded; of new ones, the first is newer than all before.
    const came = before === null ? 0 : calls.findIndex(({ callId }) => before.has(callId));
    if (came > 0) setFresh(new Set(calls.slice(0, came).map(({ callId }) => callId)));
  }, [calls, isOfThisQuestion]);
  return fresh;
}

interface FollowingProps {
  filters: Filters;
  following: boolean;
  paused: boolean;
  onPause: (paused: boolean) => void;
  /** Of the newest call in the list; null while it holds none. */
  newest: string | null;
  onCatchUp: () => void;
}

export function Following({ filters, following, paused, onPause, newest, onCatchUp }: FollowingProps) {
  const newer = useNewerCalls(filters, following ? null : newest).data?.rows[0];
  const calls = following ? 0 : (numberOf(newer, 'calls') ?? 0);
  return (
    <>
      {calls > 0 && (
        <Button size="xs" variant="light" onClick={onCatchUp} data-testid="newer-calls" data-value={calls}>
          {formatCount(calls)} newer
        </Button>
      )}
      <Button
        size="xs"
        variant="default"
        aria-pressed={paused}
        leftSection={paused ? <IconPlayerPlay size={14} aria-hidden /> : <IconPlayerPause size={14} aria-hidden />}
        onClick={() => onPause(!paused)}
      >
        {paused ? 'Follow' : 'Pause'}
      </Button>
    </>
  );
}
