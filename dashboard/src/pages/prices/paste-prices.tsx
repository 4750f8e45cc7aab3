// Own prices as the text of a prices file: checked and kept as a whole; an error is shown at its line.
import { Button, Group, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { api, ApiError } from '../../api/api.ts';
import { queryClient } from '../../api/questions.ts';
import { wordsOf } from '../../ui/frame.tsx';
import { notify } from '../../ui/notify.ts';
import { withoutField, withoutPlace } from './own-price-values.ts';

const EXAMPLE = `prices:
  - model: claude-sonnet-5-5
    since: 2026-11-01
    percentOff: "15"
    source: Contract of 1 November 2026
`;
const LEAST_LINES = 12;

const priceCount = (count: number) => (count === 1 ? '1 own price' : `${count} own prices`);

export function PastePrices({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Own prices as YAML or JSON" size="lg" centered>
      {opened && <Editor onClose={onClose} />}
    </Modal>
  );
}

function Editor({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState(EXAMPLE);
  const area = useRef<HTMLTextAreaElement>(null);
  const errorId = useId();
  const sending = useMutation({
    mutationFn: ({ dryRun }: { dryRun: boolean }) => api.sendPriceFile(text, dryRun),
    onSuccess: async (count, { dryRun }) => {
      if (dryRun) return;
      notify({ message: `${priceCount(count)} added` });
      onClose();
      await queryClient.invalidateQueries({ queryKey: ['prices'] });
    },
  });
  const { error } = sending;
  const wrongLine = error instanceof ApiError ? (error.line ?? null) : null;
  useEffect(() => {
    // The reader is taken to the line that is wrong.
    if (wrongLine === null || !area.current) return;
    const { value } = area.current;
    const start =
      value
        .split('\n')
        .slice(0, wrongLine - 1)
        .join('\n').length + (wrongLine > 1 ? 1 : 0);
    const end = value.indexOf('\n', start);
    area.current.focus();
    area.current.setSelectionRange(start, end < 0 ? value.length : end);
  }, [wrongLine, error]);
  const lines = Math.max(LEAST_LINES, text.split('\n').length);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        sending.mutate({ dryRun: false });
      }}
    >
      <div className="editor">
        <ol className="editor-lines" aria-hidden>
          {Array.from({ length: lines }, (_, index) => (
            <li key={index} className={index + 1 === wrongLine ? 'is-wrong' : ''}>
              {index + 1}
            </li>
          ))}
        </ol>
        <textarea
          ref={area}
          aria-label="Own prices as YAML or JSON"
          aria-invalid={error !== null}
          aria-describedby={error ? errorId : undefined}
          data-autofocus
          spellCheck={false}
          wrap="off"
          rows={lines}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            sending.reset();
          }}
        />
      </div>
      {error && (
        <p id={errorId} className="note note-bad editor-note" role="alert">
          {wrongLine !== null && <strong>Line {wrongLine}: </strong>}
          {error instanceof ApiError && error.field ? (
            <>
              <code>{withoutPlace(error.field)}</code> {withoutField(error.message, error.field)}
            </>
          ) : (
            wordsOf(error)
          )}
        </p>
      )}
      {sending.data !== undefined && !error && (
        <p className="note editor-note" role="status">
          {sending.data === 1 ? '1 own price is valid.' : `${sending.data} own prices are valid.`} Nothing was kept yet.
        </p>
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          variant="default"
          loading={sending.isPending && sending.variables.dryRun}
          onClick={() => sending.mutate({ dryRun: true })}
        >
          Check
        </Button>
        <Button type="submit" loading={sending.isPending && !sending.variables.dryRun} disabled={text.trim() === ''}>
          Add them
        </Button>
      </Group>
    </form>
  );
}
