// One call beside the list: all that its page has, while the list stays at hand.
import { ActionIcon } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useCall } from '../../api/questions.ts';
import { CallBody, CallHead } from './call-panels.tsx';

interface CallDrawerProps {
  callId: string;
  timezone: string;
  onClose: () => void;
  /** Goes to the call after or before in the list; undefined where there is none. */
  onNext: (() => void) | undefined;
  onPrevious: (() => void) | undefined;
}

export function CallDrawer({ callId, timezone, onClose, onNext, onPrevious }: CallDrawerProps) {
  const question = useCall(callId);
  useHotkeys([['Escape', onClose]]);
  return (
    <aside className="call-drawer" aria-label="The call" data-testid="call-drawer" data-key={callId}>
      <div className="drawer-bar">
        <Step label="Previous call" onClick={onPrevious} icon={<IconChevronUp size={16} aria-hidden />} />
        <Step label="Next call" onClick={onNext} icon={<IconChevronDown size={16} aria-hidden />} />
        <Link to={`/calls/${encodeURIComponent(callId)}`}>Page of its own</Link>
        <span className="push">
          <Step label="Close the call" onClick={onClose} icon={<IconX size={16} aria-hidden />} />
        </span>
      </div>
      <div className="drawer-body">
        <CallHead question={question} timezone={timezone} heading="h2" />
        <CallBody question={question} timezone={timezone} />
      </div>
    </aside>
  );
}

function Step({ label, onClick, icon }: { label: string; onClick: (() => void) | undefined; icon: React.ReactNode }) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="md"
      aria-label={label}
      disabled={onClick === undefined}
      onClick={onClick}
    >
      {icon}
    </ActionIcon>
  );
}
