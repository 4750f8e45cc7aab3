// Below the list: how much of it is loaded, and what keeps the rest from it.
import { Button } from '@mantine/core';
import type { useCalls } from '../../api/questions.ts';
import { formatCount } from '../../format.ts';
import { wordsOf } from '../../ui/frame.tsx';

interface ListEndProps {
  question: ReturnType<typeof useCalls>;
  shown: number;
  total: number | null;
}

export function ListEnd({ question, shown, total }: ListEndProps) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, error, fetchNextPage } = question;
  return (
    <div className="more">
      <span className="is-muted" role="status">
        {isFetchingNextPage
          ? 'Loading more'
          : hasNextPage
            ? `${formatCount(shown)}${total === null ? '' : ` of ${formatCount(total)}`} loaded; scroll for more`
            : 'That is all of this window.'}
      </span>
      {isFetchNextPageError && error && (
        <span className="is-bad" role="alert">
          {wordsOf(error)}{' '}
          <Button size="xs" variant="default" onClick={() => void fetchNextPage()}>
            Try again
          </Button>
        </span>
      )}
    </div>
  );
}
