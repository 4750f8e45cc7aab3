// The price cards: what every model costs today, found by its id; each opens to its history.
import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconChevronRight, IconSearch } from '@tabler/icons-react';
import { type PricesAnswer, TOKEN_KINDS } from '@spanledger/collector/contract';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { usePrices } from '../../api/questions.ts';
import { formatDate, formatRate } from '../../format.ts';
import { Frame } from '../../ui/frame.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { ConfidenceNotes, ConfidenceSign } from '../../ui/confidence.tsx';
import { type Column, TableHead, wide, wideFigures } from '../../ui/table-head.tsx';
import { PriceHistory } from './price-history.tsx';
import {
  bandWords,
  type CellPrice,
  type CurrentPrice,
  holdsOn,
  KIND_WORDS,
  type ModelPrices,
  pricesByModel,
  ratePadding,
  ratePlaces,
  stateOn,
  times,
  utcDay,
} from './rates.ts';

/** Left out on narrow screens; the history has them. */
const isWide = (kind: string) => kind.startsWith('cacheWrite');
const COLUMNS = TOKEN_KINDS.length + 4;

export function PriceCardsPanel() {
  const question = usePrices();
  const [text, setText] = useState('');
  return (
    <Frame
      title="Price cards"
      question={question}
      height={520}
      isEmpty={({ cards, own }) => cards.length === 0 && own.length === 0}
      empty="The table has no row."
      aside={
        <TextInput
          size="xs"
          w={220}
          type="search"
          aria-label="Search by model id"
          placeholder="Search by model id"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      }
    >
      {(answer) => <Cards answer={answer} today={utcDay(question.dataUpdatedAt)} text={text.trim().toLowerCase()} />}
    </Frame>
  );
}

function Cards({ answer, today, text }: { answer: PricesAnswer; today: string; text: string }) {
  const [retiredShown, setRetiredShown] = useState(false);
  const models = pricesByModel(answer, today);
  const found = models.filter(({ model }) => model.toLowerCase().includes(text));
  const active = found.filter(({ retiredOn }) => retiredOn === null);
  const retired = found.filter(({ retiredOn }) => retiredOn !== null);
  // Who searches wants to see what there is.
  const unfolded = retiredShown || text !== '';
  const shown = unfolded ? [...active, ...retired] : active;
  const places = columnPlaces(models);
  return (
    <>
      <p className="is-muted lead">
        US dollars per million tokens, today. Batches pay every rate × {answer.batchFactor};{' '}
        {formatRate(answer.webSearch.usdPerRequest)} a web search, whatever the model.
      </p>
      {shown.length === 0 ? (
        <p className="panel-empty">
          {found.length === 0 ? `No model of the table has “${text}” in its id.` : 'Only retired models.'}
        </p>
      ) : (
        <ScrollTable label="Price cards">
          <TableHead
            columns={[
              'Model',
              ...TOKEN_KINDS.map((kind) => rateHead(kind, places)),
              ...wideFigures('Batch in / out', 'Fast in / out'),
              ...wide('Since'),
            ]}
          />
          {shown.map((prices) => (
            <ModelRows
              key={prices.model}
              prices={prices}
              today={today}
              places={places}
              batchFactor={answer.batchFactor}
            />
          ))}
        </ScrollTable>
      )}
      {!unfolded && retired.length > 0 && (
        <Button variant="subtle" size="xs" mt="xs" aria-expanded={false} onClick={() => setRetiredShown(true)}>
          Show {retired.length} retired models
        </Button>
      )}
      {retiredShown && text === '' && retired.length > 0 && (
        <Button variant="subtle" size="xs" mt="xs" aria-expanded onClick={() => setRetiredShown(false)}>
          Fold the retired models away
        </Button>
      )}
      <ConfidenceNotes />
    </>
  );
}

/** It ends where most rates end, those in whole cents: rates with more places reach beyond it. */
const rateHead = (kind: (typeof TOKEN_KINDS)[number], places: Places): Column => ({
  className: isWide(kind) ? 'right wide' : 'right',
  title: (
    <>
      {KIND_WORDS[kind]}
      <span className="rate-padding" aria-hidden>
        {ratePadding('0.01', places[kind])}
      </span>
    </>
  ),
});

type Places = Record<(typeof TOKEN_KINDS)[number], number>;

function columnPlaces(models: readonly ModelPrices[]): Places {
  const all = models.flatMap(({ current }) => current);
  return Object.fromEntries(
    TOKEN_KINDS.map((kind) => [kind, ratePlaces(all.flatMap(({ cells }) => [cells[kind].list, cells[kind].own]))]),
  ) as Places;
}

interface ModelRowsProps {
  prices: ModelPrices;
  today: string;
  places: Places;
  batchFactor: string;
}

function ModelRows({ prices, today, places, batchFactor }: ModelRowsProps) {
  const [opened, setOpened] = useState(false);
  const historyId = useId();
  const { model, current, own, retiredOn } = prices;
  const isOwn = current.some(({ cells }) => TOKEN_KINDS.some((kind) => cells[kind].own !== null));
  const otherOwn = own.some((price) => holdsOn(price, today))
    ? 'own price for some prompts'
    : own.some((price) => stateOn(price, today) === 'to come')
      ? 'own price to come'
      : null;
  const rows: (CurrentPrice | null)[] = current.length === 0 ? [null] : current;
  return (
    <tbody className="model-rows" data-testid="price-card" data-key={model}>
      {rows.map((row, index) => (
        <tr key={row?.band?.label ?? 'any'}>
          <th scope="row">
            {index === 0 ? (
              <span className="model-name">
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={`History of ${model}`}
                  aria-expanded={opened}
                  aria-controls={historyId}
                  onClick={() => setOpened(!opened)}
                >
                  <IconChevronRight size={14} aria-hidden className="chevron" />
                </ActionIcon>
                <strong>
                  <ModelId model={model} />
                </strong>
                {isOwn && (
                  <Link to="/prices/own" className="badge badge-good">
                    own price
                  </Link>
                )}
                {!isOwn && otherOwn !== null && (
                  <Link to="/prices/own" className="badge">
                    {otherOwn}
                  </Link>
                )}
                {retiredOn !== null && <span className="badge">retired {formatDate(retiredOn)}</span>}
              </span>
            ) : (
              <span className="visually-hidden">{model}</span>
            )}
            {row?.band && <span className="is-muted small band">prompts {bandWords(row.band)}</span>}
          </th>
          {row === null ? (
            <td colSpan={COLUMNS - 1} className="is-unknown">
              no price holds today
            </td>
          ) : (
            <RateCells row={row} places={places} batchFactor={batchFactor} />
          )}
        </tr>
      ))}
      <tr id={historyId} hidden={!opened} className="history-row">
        {opened && (
          <td colSpan={COLUMNS}>
            <PriceHistory prices={prices} />
          </td>
        )}
      </tr>
    </tbody>
  );
}

function RateCells({ row, places, batchFactor }: { row: CurrentPrice; places: Places; batchFactor: string }) {
  const paid = (kind: 'input' | 'output') => row.cells[kind].own ?? row.cells[kind].list;
  const both = (factor: string) => {
    const [input, output] = [paid('input'), paid('output')];
    return input === null || output === null
      ? '–'
      : `${formatRate(times(input, factor))} / ${formatRate(times(output, factor))}`;
  };
  return (
    <>
      {TOKEN_KINDS.map((kind) => (
        <td key={kind} className={isWide(kind) ? 'right wide' : 'right'}>
          <Rate cell={row.cells[kind]} places={places[kind]} />
        </td>
      ))}
      <td className="right wide is-muted">{both(batchFactor)}</td>
      <td className="right wide is-muted">
        {row.fast === null ? (
          '–'
        ) : (
          <>
            {both(row.fast.factor)}
            <ConfidenceSign confidence={row.fast.confidence} />
          </>
        )}
      </td>
      <td className="is-muted nowrap wide">{row.since === null ? 'release' : formatDate(row.since)}</td>
    </>
  );
}

/** The rate that is paid; where an own price changes it, the listed one is struck through beside it. */
function Rate({ cell, places }: { cell: CellPrice; places: number }) {
  const { list, own, confidence } = cell;
  const paid = own ?? list;
  if (paid === null)
    return (
      <span className="is-unknown" title="No price was ever published">
        none
      </span>
    );
  return (
    <>
      {own !== null && list !== null && own !== list && (
        <s className="list-rate">
          <span className="visually-hidden">listed </span>
          {formatRate(list)}
        </s>
      )}
      <span className={own === null ? 'figure' : 'figure own-rate'}>{formatRate(paid)}</span>
      {own === null && <ConfidenceSign confidence={confidence} />}
      <span className="rate-padding" aria-hidden>
        {ratePadding(paid, places)}
      </span>
    </>
  );
}

/** Its name stays whole on one line; the date of a snapshot may go to the next. */
function ModelId({ model }: { model: string }) {
  const [name, date] = model.split(/(-\d{8})$/);
  return (
    <>
      <span className="nowrap">{name}</span>
      {date !== undefined && (
        <>
          <wbr />
          <span className="nowrap">{date}</span>
        </>
      )}
    </>
  );
}
