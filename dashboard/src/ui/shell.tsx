// Around every page: skip link, navigation, theme switch; or the token page when the collector wants one.
import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { NavLink, Outlet, ScrollRestoration, useLocation, useNavigation } from 'react-router';
import { lock, useAway, useWaiting } from '../api/questions.ts';
import { AfterFirst } from '../first/after-first.tsx';
import { fetched } from '../first/fetched.tsx';
import { usePageIsThere } from '../first/first.ts';
import { formatCount } from '../format.ts';
import { parseFilters } from '../url/filters.ts';
import { searchWith } from '../url/use-filters.ts';
import { useCurrentInView } from './current-in-view.ts';
import { PAGES } from './pages.ts';
import { PaletteButton } from './palette/palette-button.tsx';

const TokenPage = fetched(async () => (await import('./token-page.tsx')).TokenPage, {
  name: 'The form',
  isAlone: true,
});

export function Shell() {
  usePageIsThere();
  const locked = useSyncExternalStore(lock.subscribe, lock.get);
  const moving = useNavigation().state !== 'idle';
  const { search, pathname } = useLocation();
  const pages = useCurrentInView<HTMLElement>(pathname);
  // The window and the filters go along from page to page.
  const carried = searchWith(parseFilters(new URLSearchParams(search)));
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="top">
        <NavLink to={`/${carried}`} className="brand" aria-label="Spanledger, overview">
          <img src="/mark.svg" alt="" width={22} height={22} />
          <span className="brand-name">Spanledger</span>
        </NavLink>
        {!locked && (
          <nav aria-label="Pages" ref={pages}>
            {PAGES.map(({ to, label, sliced, within }) => (
              <NavLink
                key={to}
                to={sliced ? `${to}${carried}` : to}
                end={to === '/'}
                className={pathname.startsWith(within ?? '\0') ? 'is-within' : ''}
              >
                {label}
              </NavLink>
            ))}
          </nav>
        )}
        <span className="top-end">
          {!locked && <PaletteButton pages={PAGES} />}
          <ThemeSwitch />
        </span>
      </header>
      <main id="main" tabIndex={-1} aria-busy={moving}>
        <AwayLine />
        {!locked && (
          <AfterFirst>
            <WaitingLine />
          </AfterFirst>
        )}
        {locked ? <TokenPage /> : <Outlet />}
      </main>
      <ScrollRestoration />
    </>
  );
}

function AwayLine() {
  return (
    useAway() && (
      <p className="note note-bad" role="alert">
        The collector does not answer; trying again …
      </p>
    )
  );
}

/** Calls that are safe on the collector's disk and in no number on the page yet. */
function WaitingLine() {
  const waiting = useWaiting().data?.waiting;
  if (!waiting) return null;
  const since = new Date(waiting.since).toLocaleTimeString();
  return (
    <p className="waiting-line" role="status">
      ClickHouse does not take everything at the moment: {formatCount(waiting.rows)} spans or calls (
      {formatCount(Math.ceil(waiting.bytes / 1024))} KiB) wait on the collector&rsquo;s disk since {since}. They are
      safe, and in no number here yet.
    </p>
  );
}

function ThemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`Switch to ${other} colours`}
      onClick={() => setColorScheme(other)}
    >
      {scheme === 'dark' ? <IconSun size={18} aria-hidden /> : <IconMoon size={18} aria-hidden />}
    </ActionIcon>
  );
}
