// What is known of one call, for its page and for the drawer beside the list: what it cost and why, what it used, what was
// tried, who reported it.
import './around-call.css';
import './call.css';
import { type CallDetailJson, TOLD_DIMENSIONS } from '@spanledger/collector/contract';
import { Link } from 'react-router';
import type { useCall } from '../../api/questions.ts';
import { formatCount, formatDimension, formatDuration, formatInstant } from '../../format.ts';
import { AttributeList } from '../../ui/attribute-list.tsx';
import { Usd } from '../../ui/figures.tsx';
import { Frame, isMissing } from '../../ui/frame.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';
import { DocsLink } from '../../ui/docs-link.tsx';
import { AppCost } from './app-cost.tsx';
import { AroundCall } from './around-call.tsx';
import { Batch } from './batch.tsx';
import { Ending } from './ending.tsx';
import { PriceVersions } from './price-versions.tsx';
import { Provenance } from './provenance.tsx';
import { Receipt } from './receipt.tsx';
import { SimilarCalls } from './similar-calls.tsx';
import { Waiting } from './waiting.tsx';

type Question = ReturnType<typeof useCall>;

interface CallHeadProps {
  question: Question;
  timezone: string;
  /** Of the page, or of a part of it. */
  heading: 'h1' | 'h2';
}

export const modelOf = ({ model, requestModel }: CallDetailJson): string => model ?? requestModel ?? 'Unknown model';

export function CallHead({ question, timezone, heading: Heading }: CallHeadProps) {
  const call = question.data;
  return (
    <header className="call-head">
      <Heading>{call ? modelOf(call) : isMissing(question.error) ? 'No such call' : 'Call'}</Heading>
      {call && (
        <p>
          {formatInstant(call.startedAt, timezone)} {timezone} · {formatDuration(call.durationMs)}
          {call.ttftMs !== null && <> · first token after {formatDuration(call.ttftMs)}</>} · <Ending call={call} />
        </p>
      )}
    </header>
  );
}

export function CallBody({ question, timezone }: { question: Question; timezone: string }) {
  // One refusal is said once, not in every panel.
  if (question.data === undefined && question.error)
    return (
      <Frame title={isMissing(question.error) ? 'Not in the ledger' : 'The call'} question={question} height={120}>
        {() => null}
      </Frame>
    );
  return <CallPanels question={question} timezone={timezone} />;
}

function CallPanels({ question, timezone }: { question: Question; timezone: string }) {
  const call = question.data;
  return (
    <div className="call-grid">
      <div className="call-receipt column">
        <Frame
          title="Why this cost"
          question={question}
          height={260}
          aside={<DocsLink to="/docs/exact-bill.md">How a cost is worked out</DocsLink>}
        >
          {(answer) => (
            <>
              <Receipt receipt={answer.receipt} costUsd={answer.costUsd} unpricedReason={answer.unpricedReason} />
              {answer.costDifference && <AppCost difference={answer.costDifference} />}
            </>
          )}
        </Frame>
        {call && call.priceVersions.length > 1 && (
          <Frame title="What it cost, and when" question={question} height={120}>
            {({ priceVersions }) => <PriceVersions versions={priceVersions} timezone={timezone} />}
          </Frame>
        )}
      </div>
      <div className="call-side column">
        <Frame title="Usage" question={question} height={180}>
          {(answer) => <Usage call={answer} />}
        </Frame>
        {call?.serverMs != null && call.durationMs !== null && (
          <Frame title="Client and server" question={question} height={100}>
            {(answer) => <Waiting call={answer} />}
          </Frame>
        )}
        {call && <SimilarCalls call={call} timezone={timezone} />}
        {call?.batchId != null && (
          <Frame title="Batch" question={question} height={100}>
            {(answer) => <Batch call={answer} timezone={timezone} />}
          </Frame>
        )}
        <Frame title="Tags" question={question} height={180}>
          {(answer) => <Tags call={answer} />}
        </Frame>
      </div>
      <div className="call-trail column">
        {call?.traceId != null && <AroundCall call={call} traceId={call.traceId} />}
        <Frame
          title="Attempts"
          question={question}
          height={80}
          isEmpty={({ attempts }) => attempts.length === 0}
          empty="No source reported the HTTP requests of this call."
        >
          {(answer) => <Attempts call={answer} timezone={timezone} />}
        </Frame>
        <Frame
          title="Reports"
          question={question}
          height={120}
          isEmpty={({ reports }) => reports.length === 0}
          empty="No reports are kept for this call."
        >
          {(answer) => (
            <>
              <Provenance call={answer} />
              <Reports call={answer} timezone={timezone} />
            </>
          )}
        </Frame>
      </div>
    </div>
  );
}

const USAGE_WORDS = {
  inputTokens: 'Input, uncached',
  cacheWrite5mTokens: 'Cache write, 5 min',
  cacheWrite1hTokens: 'Cache write, 1 h',
  cacheReadTokens: 'Cache read',
  outputTokens: 'Output',
  thinkingTokens: 'of which thinking',
  webSearches: 'Web searches',
} as const;

function Usage({ call }: { call: CallDetailJson }) {
  return (
    <dl className="pairs">
      {Object.entries(USAGE_WORDS).map(([kind, words]) => {
        const quantity = call.usage[kind as keyof typeof USAGE_WORDS];
        return (
          <div key={kind} className={kind === 'thinkingTokens' ? 'is-part' : ''}>
            <dt>{words}</dt>
            <dd className={quantity === null ? 'figure is-unknown' : 'figure'}>{formatCount(quantity)}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function Tags({ call }: { call: CallDetailJson }) {
  const ids = {
    'request id': call.requestId,
    'message id': call.messageId,
    'trace id': call.traceId,
    'span id': call.spanId,
  };
  const asked = call.requestModel !== null && call.requestModel !== call.model ? call.requestModel : null;
  const set = TOLD_DIMENSIONS.filter((name) => call[name] !== null && call[name] !== '');
  const unset = TOLD_DIMENSIONS.filter((name) => !set.includes(name));
  return (
    <>
      <dl className="pairs">
        {set.map((name) => (
          <div key={name}>
            <dt>{formatDimension(name)}</dt>
            <dd>
              <Link to={`/calls?where=${encodeURIComponent(`${name}:${call[name]}`)}`}>{call[name]}</Link>
            </dd>
          </div>
        ))}
        {asked && (
          <div>
            <dt>model asked for</dt>
            <dd>{asked}</dd>
          </div>
        )}
        {Object.entries(ids).map(([name, id]) =>
          id === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <code>{name === 'trace id' ? <Link to={`/traces/${encodeURIComponent(id)}`}>{id}</Link> : id}</code>
              </dd>
            </div>
          ),
        )}
      </dl>
      {unset.length > 0 && <p className="is-muted small">Not set: {unset.map(formatDimension).join(', ')}</p>}
    </>
  );
}

function Attempts({ call, timezone }: { call: CallDetailJson; timezone: string }) {
  return (
    <ScrollTable label="Attempts, one a row">
      <TableHead columns={['#', 'Status', 'Started', ...figures('Duration'), 'Request id', 'Retry after']} />
      <tbody>
        {call.attempts.map((attempt, index) => (
          // Attempts have no id of their own; their place is their name.
          <tr key={index}>
            <th scope="row">{index + 1}</th>
            <td>
              <span
                className={attempt.errorType !== null || (attempt.httpStatus ?? 0) >= 400 ? 'badge badge-bad' : 'badge'}
              >
                {attempt.httpStatus ?? 'no answer'}
                {attempt.errorType && ` ${attempt.errorType}`}
              </span>
            </td>
            <td className="nowrap">{formatInstant(attempt.startedAt, timezone)}</td>
            <td className="right figure">{formatDuration(attempt.durationMs)}</td>
            <td>
              <code>{attempt.requestId ?? '–'}</code>
            </td>
            <td>{attempt.retryAfter ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}

function Reports({ call, timezone }: { call: CallDetailJson; timezone: string }) {
  return (
    <>
      {call.reports.map((report) => {
        const differs = report.appCostUsd !== null && call.costUsd !== null && report.appCostUsd !== call.costUsd;
        return (
          <details key={`${report.source} ${report.spanId} ${report.receivedAt}`} className="report">
            <summary>
              <strong>{report.source}</strong>
              <span className="is-muted">
                {' '}
                {report.spanName ?? 'no span'} · received {formatInstant(report.receivedAt, timezone)}
              </span>
              {report.appCostUsd !== null && (
                <span className={differs ? 'is-warn' : 'is-muted'}>
                  {' '}
                  · the app said <Usd value={report.appCostUsd} />
                  {differs && ', which differs'}
                </span>
              )}
            </summary>
            {report.scope && <p className="is-muted small">{report.scope}</p>}
            <AttributeList
              attributes={Object.entries(report.attributes).toSorted(([one], [other]) => (one < other ? -1 : 1))}
            />
          </details>
        );
      })}
    </>
  );
}
