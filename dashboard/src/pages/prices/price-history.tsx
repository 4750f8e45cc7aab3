// Every row that the table and the operator have for one model: from when to when, at what, from where.
import { TOKEN_KINDS } from '@spanledger/collector/contract';
import { formatDate, formatRate } from '../../format.ts';
import { ConfidenceBadge } from '../../ui/confidence.tsx';
import { PriceSource } from '../../ui/price-source.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import { bandWords, type Card, KIND_WORDS, type ModelPrices, ownPriceWords } from './rates.ts';

export function PriceHistory({ prices }: { prices: ModelPrices }) {
  const { model, history, fastHistory, own } = prices;
  return (
    <div className="history">
      <ScrollTable label={`Every price of ${model}`}>
        <TableHead
          columns={['Since – until', 'What', ...figures(...TOKEN_KINDS.map((kind) => KIND_WORDS[kind])), 'Source']}
        />
        <tbody>
          {own.map((price) => (
            <tr key={price.id}>
              <th scope="row">
                <Period since={price.since} until={price.until} />
              </th>
              <td>
                <span className="badge badge-good">own</span>{' '}
                {price.band && <span className="is-muted">prompts {bandWords(price.band)}</span>}
              </td>
              <td colSpan={TOKEN_KINDS.length} className="wrap">
                {ownPriceWords(price).join(', then ')}
              </td>
              <td className="wrap">
                <PriceSource source={price.source} />
              </td>
            </tr>
          ))}
          {history.map((card) => (
            <CardRow key={`${card.band?.label} ${card.since}`} card={card} />
          ))}
          {fastHistory.map((rate) => (
            <tr key={`fast ${rate.since}`}>
              <th scope="row">
                <Period since={rate.since} until={rate.until} />
              </th>
              <td>fast mode</td>
              <td colSpan={TOKEN_KINDS.length} className="is-muted">
                {rate.factor === '1' ? 'at the standard rates' : `every rate × ${rate.factor}`}
              </td>
              <td className="wrap">
                <PriceSource source={rate.source} /> <ConfidenceBadge confidence={rate.confidence} />
              </td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
      <p className="is-muted small">Days are UTC. On the day after the dash, a row no longer holds.</p>
    </div>
  );
}

function CardRow({ card }: { card: Card }) {
  const lesser = TOKEN_KINDS.flatMap((kind) => {
    const cell = card.cells?.[kind];
    return cell ? [{ kind, ...cell }] : [];
  });
  // Cells known from the same place are named together.
  const places = [...new Set(lesser.map(({ source }) => source))].map((place) =>
    lesser.filter(({ source }) => source === place),
  );
  return (
    <tr>
      <th scope="row">
        <Period since={card.since} until={card.until} />
      </th>
      <td className="wrap">
        {card.band ? `prompts ${bandWords(card.band)}` : 'prompts of any length'}
        {card.needsBeta && (
          <>
            , with <code>{card.needsBeta}</code>
          </>
        )}
      </td>
      {TOKEN_KINDS.map((kind) => (
        <td key={kind} className="right">
          {card.usdPerMtok[kind] === null ? (
            <span className="is-unknown">none</span>
          ) : (
            formatRate(card.usdPerMtok[kind])
          )}
        </td>
      ))}
      <td className="wrap">
        <PriceSource source={card.source} /> <ConfidenceBadge confidence={card.confidence} />
        {places.map((cells) => (
          <p key={cells[0]?.kind} className="is-muted small">
            {cells.map(({ kind }) => KIND_WORDS[kind]).join(', ')}:{' '}
            <ConfidenceBadge confidence={cells[0]?.confidence ?? 'first-party'} />{' '}
            <PriceSource source={cells[0]?.source ?? ''} />
          </p>
        ))}
      </td>
    </tr>
  );
}

/** `until` is the first day on which it no longer holds. */
export function Period({ since, until }: { since: string | null; until: string | null }) {
  return (
    <span className="nowrap">
      {since === null ? 'release' : formatDate(since)} –{' '}
      {until === null ? <span className="is-muted">open</span> : formatDate(until)}
    </span>
  );
}
