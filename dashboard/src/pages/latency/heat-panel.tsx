// How many calls took how long, through the window; a rectangle drawn over it chooses the calls that are looked at.
import { Button, Select } from '@mantine/core';
import { LATENCY_BANDS } from '@spanledger/collector/contract';
import { useSearchParams } from 'react-router';
import { Link } from 'react-router';
import { HeatMap, HeatShades } from '../../charts/heat-map.tsx';
import { ChartTable } from '../../charts/chart-table.tsx';
import {
  formatBucket,
  formatBucketLong,
  formatCalls,
  formatCount,
  formatDay,
  formatMinute,
  formatShare,
} from '../../format.ts';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { useMarks } from '../../ui/marks.tsx';
import { ChartMenu } from '../../ui/controls.tsx';
import { stretchOf } from '../../ui/time-chart.tsx';
import { ToCalls } from '../../ui/to-calls.tsx';
import { NoCalls } from '../../ui/no-calls.tsx';
import { type Filters, narrowed } from '../../url/filters.ts';
import { bandPlace, type Box, callsIn, type HeatGrid, heatSeries, seconds, whereOf } from './heat.ts';
import { TEN_SECONDS_MS } from './ten-seconds.ts';
import { useBox, writeBox } from './use-box.ts';
import { callsOfPart, type SlowPart, useHeat, useSlowPart } from './use-slow-part.ts';

const ID = 'latency-heat';
const LABEL = 'Calls by latency through the window';

export const HeatPanel = inTurn(function HeatPanel({ filters, className }: { filters: Filters; className: string }) {
  const { question, grid } = useHeat(filters);
  const part = useSlowPart(filters);
  const [search] = useSearchParams();
  const asTable = search.getAll('table').includes(ID);
  return (
    <Frame
      title="How long calls took"
      question={question}
      height={380}
      className={`latency-heat ${className}`}
      isEmpty={() => grid?.calls === 0}
      empty={<NoCalls>No call of this window says how long it took.</NoCalls>}
      aside={grid && grid.calls > 0 ? <SlowerThan grid={grid} part={part} /> : null}
    >
      {(answer) => {
        if (!grid) return null;
        const { series, points } = heatSeries(grid);
        const shared = { id: ID, label: LABEL, unit: 'calls', filters, window: answer, points, series };
        return (
          <div className="time-chart" id={ID}>
            <ChartMenu {...shared} asTable={asTable} watched={{ measure: 'p95LatencyMs', threshold: TEN_SECONDS_MS }} />
            {asTable ? (
              <ChartTable
                {...shared}
                formatAtLong={(at) => formatBucketLong(at, answer.bucket, filters.timezone)}
                hrefOf={(one, at) => {
                  const range = { kind: 'custom', ...stretchOf(answer, filters.timezone, at, at) } as const;
                  const band = bandPlace(one.key) ?? 0;
                  const where = whereOf({ fromColumn: 0, toColumn: 0, fromBand: band, toBand: band });
                  return callsOfPart({ ...filters, range }, { window: null, where });
                }}
              />
            ) : (
              <HeatDrawing filters={filters} grid={grid} bucket={answer.bucket} part={part} />
            )}
            <TenSeconds filters={filters} grid={grid} />
          </div>
        );
      }}
    </Frame>
  );
});

function HeatDrawing({
  filters,
  grid,
  bucket,
  part,
}: {
  filters: Filters;
  grid: HeatGrid;
  bucket: Parameters<typeof formatBucket>[1];
  part: SlowPart | null;
}) {
  const { timezone } = filters;
  const [, choose] = useBox();
  const marks = useMarks(filters);
  const first = bandPlace(grid.bands[0]?.value ?? '') ?? 0;
  const last = first + grid.bands.length - 1;
  const top = grid.bands.at(-1)?.to;
  const ten = grid.bands.findIndex(({ from }) => from === TEN_SECONDS_MS);
  const columnAt = (at: number) => grid.columns.findLastIndex(({ from }) => from <= at);
  return (
    <HeatMap
      label={`${LABEL}. Its menu has the same as a table.`}
      counts={grid.counts}
      most={grid.most}
      borders={[
        ...grid.bands.map(({ from }) => (from === 0 ? '0' : seconds(from))),
        top === null || top === undefined ? '' : seconds(top),
      ]}
      ticks={ticksOf(grid, bucket, timezone)}
      level={ten > 0 ? { row: ten, label: '10 s' } : undefined}
      marks={marks.map(({ at, label }) => ({ column: columnAt(at), label })).filter(({ column }) => column >= 0)}
      chosen={
        part && part.box.fromBand <= last && part.box.toBand >= first
          ? {
              fromColumn: part.box.fromColumn,
              toColumn: part.box.toColumn,
              fromRow: Math.max(0, part.box.fromBand - first),
              toRow: Math.min(last, part.box.toBand) - first,
            }
          : null
      }
      onChoose={({ fromColumn, toColumn, fromRow, toRow }) =>
        choose(writeBox(grid, { fromColumn, toColumn, fromBand: fromRow + first, toBand: toRow + first }))
      }
      reading={(column, row) => ({
        head: formatBucketLong(grid.columns[column]?.from ?? 0, bucket, timezone),
        text: `${grid.bands[row]?.value}: ${formatCalls(grid.counts[column]?.[row] ?? 0)}`,
      })}
      height={320}
    />
  );
}

/** Midnights where hours of several days are shown, else every column; the map leaves out what has no room. */
function ticksOf(grid: HeatGrid, bucket: Parameters<typeof formatBucket>[1], timezone: string) {
  const all = grid.columns.map(({ from }, column) => ({ column, label: formatBucket(from, bucket, timezone) }));
  const days = grid.columns.flatMap(({ from }, column) =>
    formatMinute(from, timezone).endsWith('00:00') ? [{ column, label: formatDay(from, timezone) }] : [],
  );
  const from = bucket === 'hour' && days.length > 1 ? days : all;
  // One at the right edge would be cut.
  return from.filter(({ column }) => column < all.length * 0.95);
}

/** The way to choose without a pointer, and back. */
function SlowerThan({ grid, part }: { grid: HeatGrid; part: SlowPart | null }) {
  const [, choose] = useBox();
  const all: Box = { fromColumn: 0, toColumn: grid.columns.length - 1, fromBand: 0, toBand: LATENCY_BANDS.length - 1 };
  return (
    <span className="by-picker">
      {part?.chosen && (
        <Button variant="subtle" size="compact-xs" onClick={() => choose(null)}>
          Choose the slowest again
        </Button>
      )}
      <span>look at calls of</span>
      <Select
        size="xs"
        w={140}
        aria-label="Look at calls of at least"
        allowDeselect={false}
        value={part && part.box.toBand === all.toBand ? String(part.box.fromBand) : null}
        placeholder={part?.words ?? ''}
        data={grid.bands.map(({ value, from }) => ({
          value: String(bandPlace(value)),
          label: `${seconds(from)} or more`,
        }))}
        onChange={(band) => band !== null && choose(writeBox(grid, { ...all, fromBand: Number(band) }))}
      />
    </span>
  );
}

/** Playbooks want a look at every call beyond ten seconds that nobody watches being streamed. */
function TenSeconds({ filters, grid }: { filters: Filters; grid: HeatGrid }) {
  const from = LATENCY_BANDS.findIndex((band) => band.from === TEN_SECONDS_MS);
  const box: Box = {
    fromColumn: 0,
    toColumn: grid.columns.length - 1,
    fromBand: from,
    toBand: LATENCY_BANDS.length - 1,
  };
  const calls = callsIn(grid, box);
  return (
    <p className="latency-ten small is-muted">
      <Link
        to={callsOfPart(filters, { window: null, where: whereOf(box) })}
        data-testid="ten-seconds"
        data-value={calls}
      >
        {formatCalls(calls)} of 10 s or more, {formatShare(grid.calls === 0 ? null : calls / grid.calls)} of all
      </Link>
      . The stronger a cell, the more calls: <HeatKey most={grid.most} />. Draw a rectangle to see what is different in
      it.
      {grid.untold > 0 && (
        <>
          {' '}
          <ToCalls filters={filters} where={narrowed(filters.where, 'latency', [''])}>
            {formatCalls(grid.untold)}
          </ToCalls>{' '}
          {grid.untold === 1 ? 'has no latency and is' : 'have no latency and are'} in no cell: results of a batch, or
          nobody told.
        </>
      )}
    </p>
  );
}

/** From one call to the most that a cell has. */
function HeatKey({ most }: { most: number }) {
  return (
    <span className="heat-key nowrap">
      1<HeatShades />
      <span className="heat-most">{formatCount(most)}</span>
    </span>
  );
}
