// What a frame says of an answer that lacks calls, drawn to text.
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { MemoryRouter } from 'react-router';
import { expect, test } from 'vitest';
import { ApiError } from '../api/api.ts';
import { Frame, FrameBody } from './frame.tsx';

const answered = <T,>(data: T) => ({
  data,
  error: null as Error | null,
  errorUpdateCount: 0,
  isFetching: false,
  isPlaceholderData: false,
  refetch: () => {},
});
const answer = (missingBefore: string | null) => answered({ rows: [7], missingBefore });
const OCTOBER = '2026-10-01T00:00:00.000Z';

const htmlOf = (panel: ReactNode, search = '') =>
  renderToStaticMarkup(<MemoryRouter initialEntries={[`/${search}`]}>{panel}</MemoryRouter>);
function notesOf(panel: ReactNode, search = ''): string[] {
  const html = htmlOf(panel, search);
  return [...html.matchAll(/<p class="note note-warn"[^>]*>(.*?)<\/p>/g)].map(([, text = '']) => text);
}

test('a panel whose answer lacks calls says from when on it is whole, in the time zone of the page', () => {
  const panel = (
    <Frame title="Spend" question={answer(OCTOBER)} height={100}>
      {({ rows }) => rows[0]}
    </Frame>
  );
  expect(notesOf(panel, '?tz=UTC')).toEqual([
    'Calls before 1 Oct 2026 are no longer kept in this detail: this window is not complete.',
  ]);
  expect(notesOf(panel, '?tz=Europe/Berlin')).toEqual([
    'Calls before 1 Oct 2026, 02:00 are no longer kept in this detail: this window is not complete.',
  ]);
});

test('an empty panel says so too, beside its own note: nothing is kept is not nothing was', () => {
  const panel = (
    <Frame title="Spend" question={answer(OCTOBER)} height={100} isEmpty={() => true} partial={() => 'Its own.'}>
      {() => null}
    </Frame>
  );
  expect(notesOf(panel)).toHaveLength(2);
});

test('a whole answer says nothing, and neither does one that is not about a window', () => {
  const whole = (
    <Frame title="Spend" question={answer(null)} height={100}>
      {() => null}
    </Frame>
  );
  const list = (
    <Frame title="Keys" question={answered(['a key'])} height={100}>
      {() => null}
    </Frame>
  );
  expect([notesOf(whole), notesOf(list)]).toEqual([[], []]);
});

test('one panel says it once, and twice only where its parts lack different calls', () => {
  const panel = (inside: string | null) => (
    <Frame title="Spend" question={answer(OCTOBER)} height={100}>
      {() => (
        <FrameBody question={answer(inside)} height={50}>
          {() => null}
        </FrameBody>
      )}
    </Frame>
  );
  expect(notesOf(panel(OCTOBER))).toHaveLength(1);
  expect(notesOf(panel(null))).toHaveLength(1);
  expect(notesOf(panel('2026-10-01T01:00:00.000Z'))).toHaveLength(2);
});

test('one panel says once that it is not up to date, and again only where its parts fail in another way', () => {
  const failed = (message: string) => ({
    ...answer(null),
    error: new ApiError(500, 'internal', message),
    errorUpdateCount: 1,
  });
  const panel = (around: string, inside: string) =>
    htmlOf(
      <Frame title="Spend" question={failed(around)} height={100}>
        {() => (
          <FrameBody question={failed(inside)} height={50}>
            {() => null}
          </FrameBody>
        )}
      </Frame>,
    ).match(/Not up to date: [^<]*/g);
  expect(panel('Full.', 'Full.')).toEqual(['Not up to date: Full.']);
  expect(panel('Full.', 'Late.')).toEqual(['Not up to date: Full.', 'Not up to date: Late.']);
});
