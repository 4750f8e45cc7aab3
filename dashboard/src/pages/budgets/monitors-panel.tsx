// Monitors: how each measure stands to its threshold.
import { useSearchParams } from 'react-router';
import { useMonitors } from '../../api/questions.ts';
import { fetched } from '../../first/fetched.tsx';
import { readMonitorDraft } from '../../url/monitor-on.ts';
import { EditedCards } from './edited-cards.tsx';
import { MonitorCard } from './monitor-card.tsx';

const MonitorForm = fetched(async () => (await import('./monitor-form.tsx')).MonitorForm, {
  name: 'The form of a monitor',
});

export function MonitorsPanel() {
  const [search] = useSearchParams();
  const draft = readMonitorDraft(search);
  return (
    <EditedCards
      title="Monitors"
      name="monitor"
      question={useMonitors()}
      empty="No monitors yet. A monitor holds one measure, such as P95 latency or the error rate, against a threshold, and tells your webhooks when it is crossed and when it is well again."
      isDrafted={draft !== null}
      card={(monitor, onEdit) => <MonitorCard key={monitor.id} monitor={monitor} onEdit={onEdit} />}
      form={(edited, onClose) => <MonitorForm edited={edited} draft={draft} onClose={onClose} />}
    />
  );
}
