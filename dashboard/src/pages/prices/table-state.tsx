// What calls are priced with now: the table's version, own prices over it, and the state of their file.
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { usePrices } from '../../api/questions.ts';
import { formatDate, formatMinute } from '../../format.ts';
import { Frame } from '../../ui/frame.tsx';

export function TableState({ question }: { question: ReturnType<typeof usePrices> }) {
  return (
    <Frame title="In force" question={question} height={48}>
      {({ version, tableVersion, own, file }) => {
        const inFile = own.filter(({ origin }) => origin === 'file').length;
        return (
          <>
            <dl className="facts">
              <div>
                <dt>Table of</dt>
                <dd>{formatDate(tableVersion)}</dd>
              </div>
              <div>
                <dt>Own prices</dt>
                <dd>
                  <Link to="/prices/own">{own.length === 0 ? 'none' : own.length}</Link>
                  {inFile > 0 && <span className="is-muted"> · {inFile} of the file</span>}
                </dd>
              </div>
              <div>
                <dt>Version</dt>
                <dd>
                  <code data-testid="prices-version">{version}</code>
                </dd>
              </div>
              {file && (
                <div>
                  <dt>Prices file</dt>
                  <dd>
                    <code>{file.path}</code>
                    <span className="is-muted"> · loaded {formatMinute(file.loadedAt, 'UTC')} UTC</span>
                  </dd>
                </div>
              )}
            </dl>
            {file?.error && (
              <p className="note note-bad file-error" role="alert">
                <IconAlertTriangle size={14} aria-hidden />{' '}
                <strong>
                  The file was changed and could not be used
                  {file.error.line !== null && `: line ${file.error.line}`}
                  {file.error.column !== null && `, column ${file.error.column}`}
                </strong>
                . {file.error.field !== null && <code>{file.error.field}</code>} {file.error.message} The prices loaded
                before stay in force.
              </p>
            )}
          </>
        );
      }}
    </Frame>
  );
}
