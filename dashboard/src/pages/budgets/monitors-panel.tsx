// Monitors: how each measure stands to its threshold.
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Monitor } from '@spanledger/collector/contract';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useMonitors } from '../../api/questions.ts';
import { fetched } from '../../first/fetched.tsx';
import { Frame } from '../../ui/frame.tsx';
import { readMonitorDraft } from '../../url/monitor-on.ts';
import { MonitorCard } from './monitor-card.tsx';

const MonitorForm = fetched(async () => (await import('./monitor-form.tsx')).MonitorForm, {
  name: 'The form of a monitor',
});

export function MonitorsPanel() {
  const question = useMonitors();
  const [search, setSearch] = useSearchParams();
  const draft = readMonitorDraft(search);
  const [chosen, setEdited] = useState<Monitor | 'new' | null>(null);
  const edited = chosen ?? (draft ? 'new' : null);
  const close = () => {
    setEdited(null);
    if (draft) setSearch({}, { replace: true });
  };
  return (
    <>
      <Frame
        title="Monitors"
        question={question}
        height={220}
        className="frame-plain"
        isEmpty={(monitors) => monitors.length === 0}
        empty={
          <div>
            <p>
              No monitors yet. A monitor holds one measure, such as P95 latency or the error rate, against a threshold,
              and tells your webhooks when it is crossed and when it is well again.
            </p>
            <Button onClick={() => setEdited('new')}>Create the first monitor</Button>
          </div>
        }
        aside={
          <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setEdited('new')}>
            New monitor
          </Button>
        }
      >
        {(monitors) => (
          <div className="cards">
            {monitors.map((monitor) => (
              <MonitorCard key={monitor.id} monitor={monitor} onEdit={() => setEdited(monitor)} />
            ))}
          </div>
        )}
      </Frame>
      <MonitorForm edited={edited} draft={draft} onClose={close} />
    </>
  );
}
