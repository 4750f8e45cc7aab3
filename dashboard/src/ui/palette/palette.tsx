// The command palette: a page, a time range, a value of a dimension, or the call of an id, by keyboard alone. What is chosen
// is an address like any other, so it works as the page's own controls do.
import '@mantine/spotlight/styles.layer.css';
import './palette.css';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { IconCalendar, IconFileText, IconFilter, IconReceipt2 } from '@tabler/icons-react';
import type { Dimension } from '@spanledger/collector/contract';
import { type ReactNode, useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useFound, useNoValues, useValues } from '../../api/questions.ts';
import { formatCalls, formatCompact, formatDimension, formatInstant, formatUsd, formatValue } from '../../format.ts';
import { parseFilters } from '../../url/filters.ts';
import { canBeId, pageCommands, type PageLink, rangeCommands, readTyped, valueHref } from './commands.ts';

const [store, spotlight] = createSpotlight();
/** Of a dimension, so that each that has any is seen. */
const MOST_VALUES = 5;

/** The library selects when something is typed, and not when an answer comes later. */
function selectFirst(): void {
  const list = document.getElementById(store.getState().listId);
  list?.querySelector('[data-selected]')?.removeAttribute('data-selected');
  list?.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
  store.updateState((state) => ({ ...state, selected: 0 }));
}

/** Opens with each change of `asked`. */
export function Palette({ asked, pages }: { asked: number; pages: readonly PageLink[] }) {
  const [typed, setTyped] = useState('');
  const place = useLocation();
  useEffect(() => spotlight.open(), [asked]);
  const pageHits = pageCommands(pages, typed.trim(), place);
  const rangeHits = rangeCommands(pages, typed.trim(), place);
  return (
    <Spotlight.Root
      store={store}
      shortcut={null}
      query={typed}
      onQueryChange={setTyped}
      scrollable
      maxHeight={420}
      size={560}
      aria-label="Go to"
      overlayProps={{ blur: 0 }}
      transitionProps={{ duration: 80 }}
    >
      <Spotlight.Search
        size="md"
        aria-label="Page, time range, value or id"
        placeholder="Page, time range, feature, customer, or the id of a call"
      />
      <Spotlight.ActionsList>
        <FoundCall typed={typed} />
        {pageHits.length > 0 && (
          <Spotlight.ActionsGroup label="Pages">
            {pageHits.map(({ id, label, to }) => (
              <Go key={id} to={to} label={label} icon={<IconFileText size={16} aria-hidden />} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {typed.trim() !== '' && <Values typed={typed} pages={pages} />}
        {rangeHits.length > 0 && (
          <Spotlight.ActionsGroup label="Time range">
            {rangeHits.map(({ id, label, to }) => (
              <Go key={id} to={to} label={label} icon={<IconCalendar size={16} aria-hidden />} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {pageHits.length === 0 && rangeHits.length === 0 && <Nothing typed={typed} />}
      </Spotlight.ActionsList>
      <Spotlight.Footer className="palette-keys">
        <span>↑ ↓ to move</span>
        <span>Enter to go</span>
        <span>Esc to close</span>
      </Spotlight.Footer>
    </Spotlight.Root>
  );
}

function Go({ to, label, icon, about }: { to: string; label: string; icon: ReactNode; about?: string }) {
  const navigate = useNavigate();
  return (
    <Spotlight.Action
      label={label}
      leftSection={icon}
      rightSection={about === undefined ? undefined : <span className="figure is-muted">{about}</span>}
      onClick={() => void navigate(to)}
    />
  );
}

const asHeading = (words: string): string => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;

function Values({ typed, pages }: { typed: string; pages: readonly PageLink[] }) {
  const [settled] = useDebouncedValue(typed, 120);
  const { dimensions, text } = readTyped(settled);
  return dimensions.map((dimension) => <ValuesOf key={dimension} dimension={dimension} text={text} pages={pages} />);
}

/** What is said once all that can be found has been looked for. */
function Nothing({ typed }: { typed: string }) {
  const [settled] = useDebouncedValue(typed, 120);
  const { search } = useLocation();
  const { dimensions, text } = readTyped(settled);
  const noValues = useNoValues(dimensions, parseFilters(new URLSearchParams(search)), text);
  const canBe = canBeId(settled);
  const noCall = useFound(canBe ? settled.trim() : null).data === null || !canBe;
  if (settled !== typed || !noValues || !noCall) return null;
  return (
    <Spotlight.Empty role="status">
      Nothing matches “{typed.trim()}”: no page, no time range, no id, and no value in the page’s time range.
    </Spotlight.Empty>
  );
}

function ValuesOf({ dimension, text, pages }: { dimension: Dimension; text: string; pages: readonly PageLink[] }) {
  const place = useLocation();
  const { data = [] } = useValues(dimension, parseFilters(new URLSearchParams(place.search)), text, true);
  useEffect(() => {
    const list = document.getElementById(store.getState().listId);
    if (data.length > 0 && list && !list.querySelector('[data-selected]')) selectFirst();
  }, [data]);
  if (data.length === 0) return null;
  return (
    <Spotlight.ActionsGroup label={asHeading(formatDimension(dimension))}>
      {data.slice(0, MOST_VALUES).map(({ value, calls }) => (
        <Go
          key={value ?? ''}
          to={valueHref(pages, dimension, value, place)}
          label={`${formatDimension(dimension)}: ${formatValue(value)}`}
          icon={<IconFilter size={16} aria-hidden />}
          about={`${formatCompact(calls)} ${calls === 1 ? 'call' : 'calls'}`}
        />
      ))}
    </Spotlight.ActionsGroup>
  );
}

/** Of a call, message, request or trace whose id was typed or pasted; nothing where there is none. */
function FoundCall({ typed }: { typed: string }) {
  const id = typed.trim();
  const [settled] = useDebouncedValue(id, 120);
  const found = useFound(canBeId(settled) && settled === id ? settled : null).data;
  const { search } = useLocation();
  useEffect(() => {
    if (found) selectFirst();
  }, [found]);
  if (!found) return null;
  const icon = <IconReceipt2 size={16} aria-hidden />;
  if (found.kind === 'trace')
    return (
      <Spotlight.ActionsGroup label="Trace">
        <Go
          to={`/traces/${encodeURIComponent(found.trace.traceId)}`}
          label={`Trace ${found.trace.traceId}`}
          icon={icon}
          about={formatCalls(found.trace.total.calls)}
        />
      </Spotlight.ActionsGroup>
    );
  const { call } = found;
  const { timezone } = parseFilters(new URLSearchParams(search));
  return (
    <Spotlight.ActionsGroup label="Call">
      <Go
        to={`/calls/${encodeURIComponent(call.callId)}`}
        label={`${call.model ?? call.requestModel ?? 'Unknown model'}, ${formatInstant(call.startedAt, timezone)}`}
        icon={icon}
        about={formatUsd(call.costUsd)}
      />
    </Spotlight.ActionsGroup>
  );
}
