// The answer: one panel for each span or record, with its verdict and its attributes.
import type { ExplainAnswer, Explanation } from '@spanledger/collector/contract';
import { Fragment } from 'react';
import { formatCount, formatUsd } from '../../format.ts';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { TableHead, wide } from '../../ui/table-head.tsx';

const FATE_WORDS = {
  kept: 'kept',
  content: 'never stored: content',
  unknown: 'not stored: a name nobody asked for',
} as const;

/** A name that goes to the next line behind its dots and underscores first. */
const Breakable = ({ name }: { name: string }) =>
  name.split(/(?<=[._])/).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));

const valueWords = (value: Explanation['attributes'][number]['value']): string =>
  value === null ? '' : JSON.stringify(value);

export function Explained({ answer }: { answer: ExplainAnswer }) {
  return (
    <>
      {answer.explanations.map((explanation, index) => (
        <One key={index} explanation={explanation} />
      ))}
      {answer.refused.length > 0 && (
        <section className="panel" aria-label="Refused">
          <header className="panel-head">
            <h2>Refused</h2>
          </header>
          <ul>
            {answer.refused.map(({ what, reason }, index) => (
              <li key={index}>
                <strong>{what}</strong>: {reason}
              </li>
            ))}
          </ul>
        </section>
      )}
      {answer.leftOut > 0 && <p className="is-muted">{formatCount(answer.leftOut)} more were not looked at.</p>}
    </>
  );
}

function One({ explanation }: { explanation: Explanation }) {
  const { name, scope, what, dialect, noCall, price, attributes, attributesLeftOut } = explanation;
  return (
    <section className="panel" aria-label={`${what} ${name}`} data-testid="explanation">
      <header className="panel-head">
        <h2>{name === '' ? what : name}</h2>
        <span className="is-muted">{scope}</span>
      </header>
      <dl className="explained-verdict">
        <div>
          <dt>Read as</dt>
          <dd>{dialect ?? 'nothing that is known here'}</dd>
        </div>
        <div>
          <dt>A call</dt>
          <dd data-testid="explained-verdict">{explanation.report ? 'yes' : (noCall ?? 'no')}</dd>
        </div>
        {price && (
          <div>
            <dt>Cost</dt>
            <dd className={price.costUsd === null ? 'is-warn' : 'is-number'}>
              {price.costUsd === null ? `unpriced: ${price.unpricedReason}` : formatUsd(price.costUsd)}
            </dd>
          </div>
        )}
      </dl>
      {price && price.flags.length > 0 && (
        <ul className="explained-flags is-muted">
          {price.flags.map((flag) => (
            <li key={flag}>{flag}</li>
          ))}
        </ul>
      )}
      {attributes.length > 0 && (
        <ScrollTable label={`Attributes of ${name}`}>
          <TableHead columns={['Attribute', ...wide('Value'), 'Sets', 'Afterwards']} />
          <tbody>
            {attributes.map((attribute) => (
              <tr key={attribute.name}>
                <th scope="row">
                  <code>
                    <Breakable name={attribute.name} />
                  </code>
                  <span className="narrow">
                    <code className="under">{valueWords(attribute.value)}</code>
                  </span>
                </th>
                <td className="wide">
                  <code className="explained-value">{valueWords(attribute.value)}</code>
                </td>
                <td>
                  {attribute.sets.length > 0 ? (
                    <Breakable name={attribute.sets.join(', ')} />
                  ) : (
                    <span className="is-muted">nothing</span>
                  )}
                </td>
                <td>{FATE_WORDS[attribute.fate]}</td>
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
      {attributesLeftOut > 0 && (
        <p className="is-muted">{formatCount(attributesLeftOut)} more attributes were not looked at one by one.</p>
      )}
    </section>
  );
}
