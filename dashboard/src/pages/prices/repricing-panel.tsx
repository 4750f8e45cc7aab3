// One re-pricing: its progress while it is prepared, then what it changes, and the decision.
import { Button, Group, Modal, Progress } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Differences, Repricing } from '@spanledger/collector/contract';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../api/api.ts';
import { queryClient, useRepricing } from '../../api/questions.ts';
import { formatCalls, formatCount, formatInstant, formatUsdSigned } from '../../format.ts';
import { Frame, wordsOf } from '../../ui/frame.tsx';
import { windowWords } from './differences.ts';
import { DifferencePanels } from './difference-panels.tsx';
import { RepricingBadge } from './repricing-badge.tsx';
import { differenceUsd } from '../../format.ts';
import { notify } from '../../ui/notify.ts';

export function RepricingPanel({ id }: { id: string }) {
  const question = useRepricing(id);
  return (
    <Frame
      title="What it changes"
      question={question}
      height={160}
      aside={question.data && <Decision repricing={question.data} />}
    >
      {(repricing) => (
        <>
          <p className="is-muted small lead">
            <RepricingBadge status={repricing.status} /> Dry run of {formatInstant(repricing.createdAt, 'UTC')} UTC over{' '}
            {windowWords(repricing)}, by the prices <code>{repricing.pricesVersion}</code>
          </p>
          <State repricing={repricing} />
        </>
      )}
    </Frame>
  );
}

function State({ repricing }: { repricing: Repricing }) {
  const { status, progress, differences, error } = repricing;
  if (status === 'preparing') return <Preparing progress={progress} />;
  if (status === 'failed')
    return (
      <p className="note note-bad form-error" role="alert">
        It ended before it was ready, and nothing was changed: {error ?? 'no reason was kept.'}
      </p>
    );
  if (status === 'discarded') return <p>It was discarded. Nothing was changed.</p>;
  if (differences === null) return <p className="is-unknown">Its differences are not kept.</p>;
  if (differences.changedCalls === 0)
    return <p>None of {formatCalls(differences.calls)} costs anything else by the prices of now.</p>;
  return (
    <>
      <p className="visually-hidden" role="status">
        {status === 'ready' ? 'The dry run is ready.' : 'Applied.'}
      </p>
      <DifferencePanels differences={differences} />
    </>
  );
}

function Preparing({ progress: { reportsDone, reportsTotal } }: { progress: Repricing['progress'] }) {
  const percent = reportsTotal === 0 ? 0 : Math.min(100, (reportsDone / reportsTotal) * 100);
  return (
    <div data-testid="repricing-progress" data-value={reportsDone}>
      <Progress.Root size="lg">
        <Progress.Section
          value={percent}
          aria-label="Dry run"
          aria-valuetext={`${formatCount(reportsDone)} of ${formatCount(reportsTotal)} reports priced anew`}
        />
      </Progress.Root>
      <p className="is-muted small figure">
        {reportsTotal === 0
          ? 'Counting what there is …'
          : `${formatCount(reportsDone)} of ${formatCount(reportsTotal)} reports priced anew`}
      </p>
    </div>
  );
}

function Decision({ repricing }: { repricing: Repricing }) {
  const { id, status, differences } = repricing;
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const applying = useMutation({
    mutationFn: () => api.applyRepricing(id),
    onSuccess: async () => {
      setAsking(false);
      notify({ message: 'Applied: every page shows the new costs.' });
      // Whatever was answered before may hold old costs.
      await queryClient.invalidateQueries();
    },
  });
  const discarding = useMutation({
    mutationFn: () => api.discardRepricing(id),
    onSuccess: async () => {
      await navigate('/prices/repricing', { preventScrollReset: true });
      await queryClient.invalidateQueries({ queryKey: ['repricings'] });
    },
  });
  if (status !== 'preparing' && status !== 'ready') return null;
  return (
    <Group gap="xs">
      {discarding.error && (
        <span className="is-bad" role="alert">
          {wordsOf(discarding.error)}
        </span>
      )}
      <Button variant="default" size="xs" loading={discarding.isPending} onClick={() => discarding.mutate()}>
        Discard
      </Button>
      {status === 'ready' && differences !== null && differences.changedCalls > 0 && (
        <>
          <Button size="xs" onClick={() => setAsking(true)}>
            Apply
          </Button>
          <Modal
            opened={asking}
            onClose={() => setAsking(false)}
            title={`Re-price ${formatCalls(differences.changedCalls)}?`}
            centered
          >
            <Question differences={differences} />
            {applying.error && (
              <p className="note note-bad form-error" role="alert">
                {wordsOf(applying.error)}
              </p>
            )}
            <Group justify="flex-end" mt="md">
              <Button variant="default" data-autofocus onClick={() => setAsking(false)}>
                Not now
              </Button>
              <Button loading={applying.isPending} onClick={() => applying.mutate()}>
                Apply to {formatCalls(differences.changedCalls)}
              </Button>
            </Group>
          </Modal>
        </>
      )}
    </Group>
  );
}

function Question({ differences }: { differences: Differences }) {
  const difference = formatUsdSigned(differenceUsd(differences.beforeUsd, differences.afterUsd));
  return (
    <p>
      Numbers on every page switch at once ({difference} in all); the old costs stay for audit on each call’s page. It
      cannot be undone, but a later re-pricing can follow.
    </p>
  );
}
