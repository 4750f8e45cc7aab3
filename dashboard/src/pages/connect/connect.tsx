// How calls get here: every way in, what to copy for it, and a light that turns on when something has come by it.
import './connect.css';
import { Button, Loader } from '@mantine/core';
import { IconCircleCheckFilled, IconCircleDashed, IconHelpCircle, IconKey } from '@tabler/icons-react';
import type { Connections } from '@spanledger/collector/contract';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useConnections } from '../../api/questions.ts';
import { formatCount, formatInstant } from '../../format.ts';
import { NotFound } from '../../ui/broken.tsx';
import { useCurrentInView } from '../../ui/current-in-view.ts';
import { useLastError, wordsOf } from '../../ui/frame.tsx';
import { useTitle } from '../../ui/page-name.tsx';
import { NewKey } from '../settings/new-key.tsx';
import { KEY_PLACEHOLDER } from './snippets.ts';
import { WAYS_IN } from './ways.tsx';

type Arrived = Connections['ways'][number];

export function Connect() {
  const { way = 'node' } = useParams();
  const question = useConnections();
  const row = useCurrentInView<HTMLElement>(way);
  const [made, setMade] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  // What had come before the page was opened is no news.
  const [old, setOld] = useState<readonly string[] | null>(null);
  if (old === null && question.data) setOld(question.data.map((known) => known.way));
  const wayIn = WAYS_IN.find((one) => one.way === way);
  useTitle(wayIn ? `Connect: ${wayIn.title}` : 'No such page');
  if (!wayIn) return <NotFound />;
  const error = useLastError(question);
  const isUnknown = question.data === undefined && error !== null;
  const arrived = (one: string) => question.data?.find((known) => known.way === one) ?? null;
  const key = made ?? (isLocal(location.hostname) ? null : KEY_PLACEHOLDER);
  return (
    <div className="connect">
      <nav aria-label="Ways in" className="ways" ref={row}>
        {WAYS_IN.map((one) => (
          <Link key={one.way} to={`/connect/${one.way}`} aria-current={one.way === way ? 'page' : undefined}>
            <Light on={isUnknown ? null : arrived(one.way) !== null} />
            {one.title}
            {arrived(one.way) !== null && <span className="visually-hidden">: connected</span>}
            {isUnknown && <span className="visually-hidden">: not known whether connected</span>}
          </Link>
        ))}
      </nav>
      <section className="panel way" aria-labelledby="way-title">
        <header className="panel-head">
          <h1 id="way-title">{wayIn.title}</h1>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconKey size={14} aria-hidden />}
            onClick={() => setMaking(true)}
          >
            Create an ingest key
          </Button>
        </header>
        <p className="is-muted way-lead">{wayIn.lead}</p>
        <Arrival
          way={wayIn.way}
          arrived={arrived(wayIn.way)}
          isAsked={question.data === undefined}
          isNew={old !== null && !old.includes(wayIn.way)}
          error={error}
        />
        {made !== null && (
          <p className="note" role="status">
            The snippets below have your new key in them. It is shown only until you leave this page.
          </p>
        )}
        {key === KEY_PLACEHOLDER && (
          <p className="note">
            Sending to this address wants a key: create one, and it is filled in below. A key can send and cannot read.
          </p>
        )}
        <wayIn.Steps ledger={{ origin: location.origin, key }} />
      </section>
      <NewKey opened={making} onClose={() => setMaking(false)} suggestion={wayIn.title} onMade={setMade} />
    </div>
  );
}

/** `on`: null where it is not known. */
function Light({ on }: { on: boolean | null }) {
  if (on === null) return <IconHelpCircle size={16} className="is-muted" aria-hidden />;
  return on ? (
    <IconCircleCheckFilled size={16} className="is-good" aria-hidden />
  ) : (
    <IconCircleDashed size={16} className="is-muted" aria-hidden />
  );
}

/** What has come by this way; polled while the page is open, and said aloud when it changes. */
function Arrival({
  way,
  arrived,
  isAsked,
  isNew,
  error,
}: {
  way: string;
  arrived: Arrived | null;
  /** Whether something has come is not known yet. */
  isAsked: boolean;
  isNew: boolean;
  error: Error | null;
}) {
  if (error) {
    return (
      <p className="note note-bad" role="status">
        Whether calls arrive is not known: {wordsOf(error)}
      </p>
    );
  }
  return (
    <p
      className={arrived ? 'arrival is-on' : 'arrival'}
      role="status"
      aria-busy={isAsked}
      data-testid="arrival"
      data-way={way}
    >
      {arrived === null ? (
        <>
          <Loader size={14} type="dots" aria-hidden />{' '}
          {isAsked ? 'Looking whether calls have come this way' : 'Waiting for the first call by this way'}
        </>
      ) : (
        <>
          <Light on /> {wordsOfArrival(arrived, isNew)}
        </>
      )}
    </p>
  );
}

function wordsOfArrival(arrived: Arrived, isNew: boolean): string {
  const at = formatInstant(arrived.lastReceivedAt, 'UTC');
  if (arrived.reports === 0) return `Anthropic’s test arrived, ${at} UTC. No call yet.`;
  if (isNew) return `We received your first call by this way, ${at} UTC.`;
  return `Calls come in by this way: ${formatCount(arrived.reports)} reports, the last ${at} UTC.`;
}

const isLocal = (hostname: string) => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
