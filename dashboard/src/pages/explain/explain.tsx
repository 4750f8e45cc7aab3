// What the ledger would make of an export, and why: paste one, nothing of it is stored.
import './explain.css';
import { Button, FileButton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/api.ts';
import { wordsOf } from '../../ui/frame.tsx';
import { useTitle } from '../../ui/page-name.tsx';
import { Explained } from './explained.tsx';

const EXAMPLE = JSON.stringify(
  {
    name: 'anthropic.messages.create',
    scope: { name: 'com.anthropic.sdk.typescript' },
    status: { code: 1 },
    attributes: [
      { key: 'gen_ai.response.model', value: { stringValue: 'claude-opus-5-5' } },
      { key: 'gen_ai.usage.input_tokens', value: { intValue: '1200' } },
      { key: 'gen_ai.usage.output_tokens', value: { intValue: '800' } },
    ],
  },
  null,
  2,
);

export function ExplainPage() {
  useTitle('Explain a span');
  const [text, setText] = useState('');
  const errorId = useId();
  const asking = useMutation({ mutationFn: (body: string) => api.explain(body) });
  return (
    <div className="explain">
      <section className="panel explain-form" aria-labelledby="explain-title">
        <header className="panel-head">
          <h1 id="explain-title">Explain a span</h1>
        </header>
        <p className="is-muted explain-lead">
          Paste a span, or a whole OTLP export as JSON: which source took it, what call it became, and what became of
          each attribute. Nothing is stored.
        </p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            asking.mutate(text);
          }}
        >
          <textarea
            aria-label="A span or an OTLP export as JSON"
            aria-invalid={asking.error !== null}
            aria-describedby={asking.error ? errorId : undefined}
            spellCheck={false}
            rows={Math.min(28, Math.max(10, text.split('\n').length + 1))}
            placeholder={EXAMPLE}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {asking.error && (
            <p id={errorId} className="note note-bad" role="alert">
              {wordsOf(asking.error)}
            </p>
          )}
          <div className="form-end">
            <span>
              <FileButton
                accept="application/json,.json"
                onChange={async (file) => {
                  if (file) setText(await file.text());
                }}
              >
                {(props) => (
                  <Button {...props} variant="default" size="xs">
                    Open a file
                  </Button>
                )}
              </FileButton>{' '}
              <Button variant="subtle" size="xs" onClick={() => setText(EXAMPLE)}>
                Try the example
              </Button>
            </span>
            <Button type="submit" loading={asking.isPending} disabled={text.trim() === ''}>
              Explain
            </Button>
          </div>
        </form>
      </section>
      {asking.data && <Explained answer={asking.data} />}
    </div>
  );
}
