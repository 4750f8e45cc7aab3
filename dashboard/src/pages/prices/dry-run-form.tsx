// Starts a dry run: over all calls, or those of some days.
import '@mantine/dates/styles.layer.css';
import { Button } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, ApiError } from '../../api/api.ts';
import { queryClient, usePrices } from '../../api/questions.ts';
import { Frame, wordsOf } from '../../ui/frame.tsx';

export function DryRunForm({ isPreparing }: { isPreparing: boolean }) {
  const prices = usePrices();
  const navigate = useNavigate();
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const wrong = from !== null && to !== null && from >= to;
  const starting = useMutation({
    mutationFn: () =>
      api.prepareRepricing({
        ...(from === null ? {} : { from: `${from}T00:00:00Z` }),
        ...(to === null ? {} : { to: `${to}T00:00:00Z` }),
      }),
    onSuccess: async (repricing) => {
      await queryClient.invalidateQueries({ queryKey: ['repricings'] });
      await navigate(`/prices/repricing/${repricing.id}`, { preventScrollReset: true });
    },
  });
  const field = starting.error instanceof ApiError ? starting.error.field : undefined;
  return (
    <Frame title="New dry run" question={prices} height={90}>
      {({ version }) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!wrong) starting.mutate();
          }}
        >
          <p className="is-muted lead">
            A call keeps the price it was taken with, also when a price changes. A dry run works out what every call
            would cost by the prices of now (<code>{version}</code>) and shows the difference. Nothing on any page
            changes until you apply it.
          </p>
          <div className="form-row">
            <DatePickerInput
              label="From"
              placeholder="the first call"
              valueFormat="D MMM YYYY"
              size="xs"
              w={150}
              clearable
              value={from}
              onChange={setFrom}
              error={field === 'from' && starting.error ? wordsOf(starting.error) : null}
            />
            <DatePickerInput
              label="To, exclusive"
              placeholder="the last call"
              valueFormat="D MMM YYYY"
              size="xs"
              w={150}
              clearable
              value={to}
              onChange={setTo}
              error={wrong ? 'Must be after From' : field === 'to' && starting.error ? wordsOf(starting.error) : null}
            />
            <span className="zone">UTC days</span>
            <Button
              type="submit"
              size="xs"
              leftSection={<IconPlayerPlay size={14} aria-hidden />}
              loading={starting.isPending}
              disabled={isPreparing || wrong}
            >
              Start a dry run
            </Button>
          </div>
          {starting.error && field !== 'from' && field !== 'to' && (
            <p className="note note-bad form-error" role="alert">
              {wordsOf(starting.error)}
            </p>
          )}
        </form>
      )}
    </Frame>
  );
}
