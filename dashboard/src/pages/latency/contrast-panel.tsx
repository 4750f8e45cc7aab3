// What is different in the calls that are looked at, against all others of the page: what somebody set, and what they look like.
import type { ContrastAnswer, Dimension } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import { useContrast } from '../../api/questions.ts';
import { formatCalls, formatCount, formatDimension, formatMinute, formatShare, formatValue } from '../../format.ts';
import { Frame } from '../../ui/frame.tsx';
import { inTurn } from '../../ui/in-turn.tsx';
import { type Filters, isCompared, narrowed } from '../../url/filters.ts';
import { searchWith } from '../../url/use-filters.ts';
import { callsOfPart, type SlowPart, useHeat, useSlowPart } from './use-slow-part.ts';

/** What calls look like; all other dimensions are what somebody set. */
const LOOKS: readonly Dimension[] = [
  'promptLength',
  'outputLength',
  'cacheUse',
  'retried',
  'streaming',
  'stopReason',
  'failure',
];
const SHOWN = 6;
/** Points of share: what differs by less is not worth a line. */
const LEAST = 0.03;

const NOTHING: ContrastAnswer = { inside: 0, outside: 0, differences: [] };

type Difference = ContrastAnswer['differences'][number];

export const ContrastPanel = inTurn(function ContrastPanel({
  filters,
  className,
}: {
  filters: Filters;
  className: string;
}) {
  const part = useSlowPart(filters);
  const heat = useHeat(filters);
  const contrast = useContrast(filters, part);
  // Without a call there is no part, and nothing to ask about it; without the cells nobody knows of one.
  const none = heat.grid?.calls === 0;
  const unknown = heat.grid === null && heat.question.error !== null;
  return (
    <Frame
      title="What is different in these calls"
      question={none ? { ...contrast, data: NOTHING } : unknown ? { ...heat.question, data: undefined } : contrast}
      height={none ? 120 : 380}
      className={`latency-contrast ${className}`}
      isEmpty={({ inside }) => inside === 0}
      empty={
        none ? 'No call of this window says how long it took.' : 'No call of the window is in the part that was chosen.'
      }
    >
      {(answer) => {
        const told = answer.differences.filter((one) => (one.inside.share ?? 0) - (one.outside.share ?? 0) >= LEAST);
        const isLook = ({ dimension }: Difference) => LOOKS.includes(dimension);
        return (
          part && (
            <>
              <PartInWords filters={filters} part={part} answer={answer} />
              <Differences
                title="Which calls"
                differences={told.filter((one) => !isLook(one)).slice(0, SHOWN)}
                {...{ filters, part }}
              />
              <Differences
                title="What they look like"
                differences={told.filter(isLook).slice(0, SHOWN)}
                {...{ filters, part }}
              />
              {told.length === 0 && <p className="is-muted">They are as the others in all that is known of them.</p>}
            </>
          )
        );
      }}
    </Frame>
  );
});

function PartInWords({ filters, part, answer }: { filters: Filters; part: SlowPart; answer: ContrastAnswer }) {
  const { window } = part;
  const when = (at: number) => formatMinute(at, filters.timezone);
  return (
    <p className="latency-part">
      <Link to={callsOfPart(filters, part)} data-testid="slow-part" data-value={part.calls}>
        {formatCalls(part.calls)}
      </Link>{' '}
      of <strong>{part.words}</strong>
      {window && ` from ${when(window.from)} to ${when(window.to)}`}
      {!part.chosen && isCompared(filters) && ' (slower than 95 % of the calls before)'} against{' '}
      {formatCount(answer.outside)} others.
    </p>
  );
}

function Differences({
  title,
  differences,
  filters,
  part,
}: {
  title: string;
  differences: readonly Difference[];
  filters: Filters;
  part: SlowPart;
}) {
  if (differences.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul className="contrasts" aria-label={title}>
        {differences.map((one) => (
          <Contrast key={`${one.dimension} ${one.value}`} {...{ one, filters, part }} />
        ))}
      </ul>
    </>
  );
}

function Contrast({ one, filters, part }: { one: Difference; filters: Filters; part: SlowPart }) {
  const { dimension, value, inside, outside, lift } = one;
  const name = formatValue(value, dimension);
  const those = callsOfPart(filters, part, [{ dimension, value: value ?? '' }]);
  return (
    <li data-testid="contrast" data-dimension={dimension} data-key={value ?? ''} data-value={inside.calls}>
      <span className="contrast-name">
        <span className="is-muted">{formatDimension(dimension)}</span>{' '}
        <Link
          to={`/latency${searchWith(filters, { where: narrowed(filters.where, dimension, [value ?? '']) })}`}
          title={`Show only ${formatDimension(dimension)} ${name}`}
        >
          {name}
        </Link>
      </span>
      <span className="contrast-lift figure" title="How many times more frequent than in the others">
        {lift === null ? 'only here' : liftWords(lift)}
      </span>
      <Link
        className="contrast-calls figure"
        to={those}
        aria-label={`${formatCalls(inside.calls)} of ${formatDimension(dimension)} ${name} among them`}
      >
        {formatCalls(inside.calls)}
      </Link>
      <Share kind="inside" share={inside.share} words="of these" to={those} />
      <Share kind="outside" share={outside.share} words="of the others" />
    </li>
  );
}

/** Beyond a hundred it is as good as only here. */
const liftWords = (lift: number): string =>
  lift > 100 ? 'over 100×' : `${lift < 10 ? lift.toFixed(1) : Math.round(lift)}×`;

function Share({
  kind,
  share,
  words,
  to,
}: {
  kind: 'inside' | 'outside';
  share: number | null;
  words: string;
  to?: string;
}) {
  return (
    <span className={`contrast-share is-${kind}`}>
      <span className="contrast-bar" aria-hidden>
        <span style={{ width: `${(share ?? 0) * 100}%` }} />
      </span>
      <span className="figure">
        {to === undefined ? (
          formatShare(share)
        ) : (
          <Link className="to-calls" to={to}>
            {formatShare(share)}
          </Link>
        )}{' '}
        <span className="is-muted">{words}</span>
      </span>
    </span>
  );
}
