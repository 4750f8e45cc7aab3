// Who told what of this call: its reports merged, field by field.
import type { CallDetailJson } from '@spanledger/collector/contract';
import { palette } from '../../theme/palette.ts';
import { type FieldOrigin, originsInShort, originsOf, sourceWords } from './sources.ts';

export function Provenance({ call }: { call: CallDetailJson }) {
  const origins = originsOf(call);
  const [first] = origins;
  const onlyOne = first !== undefined && origins.every(({ source }) => source === first.source);
  if (onlyOne && call.sources.length === 1)
    return (
      <p className="is-muted small" data-testid="provenance">
        All of it from {sourceWords(first.source)}.
      </p>
    );
  const others = call.sources.filter((source) => origins.every((origin) => origin.source !== source));
  return (
    <div data-testid="provenance">
      <p>{capital(originsInShort(origins))}.</p>
      {others.length > 0 && (
        <p className="is-muted small">
          Also told by {others.map(sourceWords).join(', ')}, without being needed for any field.
        </p>
      )}
      <details className="provenance">
        <summary>Field by field</summary>
        <dl className="pairs">
          {origins.map((origin) => (
            <Field key={origin.field} {...origin} />
          ))}
        </dl>
      </details>
    </div>
  );
}

function Field({ field, words, source }: FieldOrigin) {
  return (
    <div data-testid="origin" data-key={field}>
      <dt>{words}</dt>
      <dd>
        <span className="dot" style={{ background: palette.colourOf('source', source) }} aria-hidden />{' '}
        {sourceWords(source)}
      </dd>
    </div>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
