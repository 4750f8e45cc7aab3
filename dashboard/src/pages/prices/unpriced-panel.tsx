// The worklist: calls that no price is known for, by model and reason, each with the way to its price.
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { useUnpriced } from '../../api/questions.ts';
import { fetched } from '../../first/fetched.tsx';
import { formatCalls, formatMinute } from '../../format.ts';
import { Count } from '../../ui/figures.tsx';
import { Frame } from '../../ui/frame.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, hidden, TableHead, wide, wideFigures } from '../../ui/table-head.tsx';
import { ToCalls, withoutPrice } from '../../ui/to-calls.tsx';
import { NoCalls } from '../../ui/no-calls.tsx';
import { DocsLink } from '../../ui/docs-link.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import type { Edited } from './own-price-form.tsx';
import type { UnpricedModel } from './rates.ts';

const OwnPriceForm = fetched(async () => (await import('./own-price-form.tsx')).OwnPriceForm, { name: 'The form' });

export function UnpricedPanel({ filters }: { filters: Filters }) {
  const question = useUnpriced(filters);
  const [edited, setEdited] = useState<Edited | null>(null);
  return (
    <>
      <Frame
        title="Unpriced calls"
        question={question}
        height={240}
        isEmpty={(models) => models.length === 0}
        aside={<DocsLink to="/docs/prices.md">How prices are found</DocsLink>}
        empty={<NoCalls>Every call of this window has a price.</NoCalls>}
      >
        {(models) => (
          <>
            <p className="is-muted lead">
              <ToCalls filters={filters} where={withoutPrice(filters.where)}>
                {formatCalls(models.reduce((sum, { calls }) => sum + calls, 0))}
              </ToCalls>{' '}
              without a price: no spend on any page holds them. A price added here is for calls from then on;{' '}
              <Link to="/prices/repricing">re-pricing</Link> gives it to these too.
            </p>
            <ScrollTable label="Unpriced calls">
              <TableHead
                columns={[
                  'Model as sent',
                  ...wide('Why'),
                  ...figures('Calls'),
                  ...wideFigures('Input', 'Cached', 'Output'),
                  ...wide('First seen', 'Last seen'),
                  hidden('Actions'),
                ]}
              />
              <tbody>
                {models.map((one) => (
                  <UnpricedRow
                    key={`${one.model} ${one.reason}`}
                    one={one}
                    filters={filters}
                    onAdd={() => setEdited({ id: null, price: one.suggestedCard })}
                  />
                ))}
              </tbody>
            </ScrollTable>
          </>
        )}
      </Frame>
      <OwnPriceForm edited={edited} onClose={() => setEdited(null)} />
    </>
  );
}

function UnpricedRow({ one, filters, onAdd }: { one: UnpricedModel; filters: Filters; onAdd: () => void }) {
  const { timezone } = filters;
  const { model, reason, calls, similarTo, suggestedCard, pricedByNow } = one;
  const cached = one.cacheWrite5mTokens + one.cacheWrite1hTokens + one.cacheReadTokens;
  // Calls whose usage nobody said add up to 0, which would read as none used.
  const said = one.inputTokens + cached + one.outputTokens > 0;
  const where = withoutPrice(narrowed(filters.where, 'model', [model ?? '']));
  const toThem = (figure: ReactNode) => (
    <ToCalls filters={filters} where={where}>
      {figure}
      <span className="visually-hidden"> of {model ?? 'a model not said'}</span>
    </ToCalls>
  );
  return (
    <tr className="worklist" data-testid="unpriced-model" data-key={model ?? ''} data-value={calls}>
      <th scope="row">
        {model === null ? <span className="is-unknown">not said</span> : <strong>{model}</strong>}
        <span className="narrow small">{reason}</span>
        {similarTo !== null && <span className="is-muted small band">its id is most like {similarTo}</span>}
      </th>
      <td className="wrap wide">{reason}</td>
      <td className="right">{toThem(<Count value={calls} />)}</td>
      <td className="right wide">{toThem(<Count value={said ? one.inputTokens : null} />)}</td>
      <td className="right wide">{toThem(<Count value={said ? cached : null} />)}</td>
      <td className="right wide">{toThem(<Count value={said ? one.outputTokens : null} />)}</td>
      <td className="nowrap is-muted wide">{formatMinute(one.firstSeenAt, timezone)}</td>
      <td className="nowrap is-muted wide">{formatMinute(one.lastSeenAt, timezone)}</td>
      <td className="right">
        {pricedByNow ? (
          <>
            Priced by now:{' '}
            <Link className="way-on" to="/prices/repricing">
              re-price<span className="visually-hidden"> calls of {model}</span>
            </Link>
          </>
        ) : suggestedCard === null ? (
          <span className="is-muted">no card can price these</span>
        ) : (
          <Button size="compact-xs" variant="default" leftSection={<IconPlus size={12} aria-hidden />} onClick={onAdd}>
            Add its price<span className="visually-hidden">: {model}</span>
          </Button>
        )}
      </td>
    </tr>
  );
}
