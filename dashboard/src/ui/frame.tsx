// The frame of every panel: title, and one of loading, error, empty, partial or whole. A panel cannot forget one, since
// it is drawn only with an answer in hand. An answer that says from when on it is whole has that said under it, here.
import { Button, Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { createContext, type ReactNode, useContext, useId, useState } from 'react';
import { Link } from 'react-router';
import { ApiError } from '../api/api.ts';
import { isUnanswered } from '../api/away.ts';
import { useAway } from '../api/questions.ts';
import { useWaits } from '../first/first.ts';
import { formatDatedMinute } from '../format.ts';
import { useFilters } from '../url/use-filters.ts';

/** What a frame wants to know of a query; TanStack's results fit. */
interface Question<T> {
  data: T | undefined;
  error: Error | null;
  /** How often it failed, ever. */
  errorUpdateCount: number;
  isFetching: boolean;
  /** The answer is still that of the question before (other filters). */
  isPlaceholderData: boolean;
  refetch(): unknown;
}

interface FrameProps<T> {
  title: string;
  question: Question<T>;
  /** Height of the skeleton, in pixels. */
  height: number;
  isEmpty?: (answer: T) => boolean;
  empty?: ReactNode;
  /** What the reader must know about an incomplete answer, or null. */
  partial?: (answer: T) => ReactNode;
  aside?: ReactNode;
  className?: string | undefined;
  children: (answer: T) => ReactNode;
}

export function Frame<T>({
  title,
  question,
  height,
  isEmpty,
  empty,
  partial,
  aside,
  className,
  children,
}: FrameProps<T>) {
  const id = useId();
  const error = useLastError(question);
  return (
    <section
      className={`panel ${className ?? ''}`}
      aria-labelledby={id}
      aria-busy={question.isPlaceholderData || (question.data === undefined && !error)}
    >
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      <FrameBody {...{ question, height, isEmpty, empty, partial }}>{children}</FrameBody>
    </section>
  );
}

type BodyProps<T> = Pick<FrameProps<T>, 'question' | 'height' | 'children'> & {
  isEmpty?: ((answer: T) => boolean) | undefined;
  empty?: ReactNode;
  partial?: ((answer: T) => ReactNode) | undefined;
};

/** The same without title and border, for what stands inside a panel. */
export function FrameBody<T>({ question, height, isEmpty, empty, partial, children }: BodyProps<T>) {
  const { data } = question;
  const error = useLastError(question);
  const oldAround = useContext(OldSaid);
  const saidAround = useContext(MissingSaid);
  const isAway = useAway();
  if (data === undefined)
    return error ? <Failure error={error} question={question} height={height} /> : <Waiting height={height} />;
  const note = partial?.(data);
  const old = error && (isAway && isUnanswered(error) ? 'Not up to date' : `Not up to date: ${wordsOf(error)}`);
  const missing = missingBefore(data);
  return (
    <div className={question.isPlaceholderData ? 'panel-body is-old' : 'panel-body'}>
      {old !== null && old !== oldAround && (
        <p className="note note-bad" role="status">
          <IconAlertTriangle size={14} aria-hidden /> {old}
        </p>
      )}
      {isEmpty?.(data) ? (
        <div className="panel-empty" style={{ minHeight: Math.min(height, 88) }}>
          {empty ?? 'Nothing in this window.'}
        </div>
      ) : (
        <OldSaid value={old ?? oldAround}>
          <MissingSaid value={missing ?? saidAround}>{children(data)}</MissingSaid>
        </OldSaid>
      )}
      {note && <p className="note note-warn">{note}</p>}
      {missing !== null && missing !== saidAround && <MissingNote before={missing} />}
    </div>
  );
}

/**
 * How a question that has no answer failed, also while it is asked again: a panel that asks every few seconds would else turn
 * from its failure into grey lines and back. A question that never failed has none.
 */
export function useLastError({
  data,
  error,
  errorUpdateCount,
}: Pick<Question<unknown>, 'data' | 'error' | 'errorUpdateCount'>): Error | null {
  const [last, setLast] = useState(error);
  if (error !== null && error !== last) setLast(error);
  return error ?? (data === undefined && errorUpdateCount > 0 ? last : null);
}

/** How the frame around says that it is not up to date. */
const OldSaid = createContext<string | null>(null);

/** What the frame around says is missing: one panel does not say it twice. */
const MissingSaid = createContext<string | null>(null);

/** The instant before which calls are missing in an answer, ISO 8601; null when none are, or when it is no answer about a window. */
function missingBefore(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || !('missingBefore' in answer)) return null;
  return typeof answer.missingBefore === 'string' ? answer.missingBefore : null;
}

function MissingNote({ before }: { before: string }) {
  const [{ timezone }] = useFilters();
  return (
    <p className="note note-warn" data-testid="missing-before" data-value={before}>
      Calls before {formatDatedMinute(before, timezone)} are no longer kept in this detail: this window is not complete.
    </p>
  );
}

/** Grey lines in the place of what is on its way. */
export function Waiting({ height }: { height: number }) {
  useWaits();
  const lines = Math.max(1, Math.min(6, Math.floor(height / 44)));
  return (
    <div className="panel-body" style={{ minHeight: height }}>
      <span className="visually-hidden">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton
          key={line}
          height={Math.max(14, height / lines - 14)}
          mb={12}
          width={line === lines - 1 && lines > 1 ? '72%' : '100%'}
        />
      ))}
    </div>
  );
}

function Failure({ error, question, height }: { error: Error; question: Question<unknown>; height: number }) {
  // The page says why, once for all; and when it says so no longer, what it was about is asked again.
  const isAway = useAway();
  const isSaid = isUnanswered(error) && (isAway || question.isFetching);
  // Asking again finds nothing either.
  if (isMissing(error))
    return (
      <div className="panel-empty" role="alert" style={{ minHeight: Math.min(height, 160) }}>
        <div>
          <p>{wordsOf(error)}</p>
          <Link to="/calls">To the calls</Link>
        </div>
      </div>
    );
  return (
    <div
      className={isSaid ? 'panel-failure is-said' : 'panel-failure'}
      role={isSaid ? undefined : 'alert'}
      style={{ minHeight: Math.min(height, 160) }}
    >
      <p>
        {isSaid ? (
          'No answer'
        ) : (
          <>
            <IconAlertTriangle size={16} aria-hidden /> {wordsOf(error)}
          </>
        )}
      </p>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconRefresh size={14} aria-hidden />}
        loading={question.isFetching}
        onClick={() => question.refetch()}
      >
        Try again
      </Button>
    </div>
  );
}

/** Whether what was asked about is not in the ledger. */
export const isMissing = (error: Error | null): boolean => error instanceof ApiError && error.status === 404;

export function wordsOf(error: Error): string {
  return error instanceof ApiError ? error.message : 'Something went wrong on this page. Reload it.';
}
