// What an attribute says on calls that come in: its values, and how many calls have it. Fills while it is looked at.
import type { MappingPreview } from '@spanledger/collector/contract';
import { useMappingPreview } from '../../api/questions.ts';
import { formatCalls, formatCount } from '../../format.ts';
import { FrameBody } from '../../ui/frame.tsx';

export function PreviewOf({ attribute, services }: { attribute: string; services: readonly string[] }) {
  const question = useMappingPreview(attribute, services);
  return (
    <div className="mapping-preview" data-testid="mapping-preview">
      <FrameBody question={question} height={60}>
        {(preview) => <Preview preview={preview} />}
      </FrameBody>
    </div>
  );
}

function Preview({ preview }: { preview: MappingPreview }) {
  const { calls, callsWithIt, callsRead, callsUnusable, values } = preview;
  return (
    <>
      <p>
        {calls === 1
          ? `The last call ${callsWithIt === 0 ? 'does not have' : 'has'} it.`
          : callsWithIt === 0
            ? `None of the last ${formatCount(calls)} calls has it.`
            : `${formatCount(callsWithIt)} of the last ${formatCalls(calls)} ${callsWithIt === 1 ? 'has' : 'have'} it.`}
      </p>
      {values.length > 0 && (
        <ul className="label-list">
          {values.map(({ value, calls: count }) => (
            <li key={value}>
              <code>{value}</code> <span className="is-muted">{formatCount(count)}</span>
            </li>
          ))}
        </ul>
      )}
      {callsRead === 0 && callsWithIt > 0 && (
        <p className="is-muted small">
          Values are looked at from now on, on calls that come in: nobody had asked about this attribute before.
        </p>
      )}
      {callsUnusable > 0 && (
        <p className="note note-warn">
          On {formatCount(callsUnusable)} of them it is a list, a sentence or too long: such calls stay without the
          dimension.
        </p>
      )}
    </>
  );
}
