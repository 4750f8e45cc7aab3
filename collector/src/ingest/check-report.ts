// Report -> the report as it is stored, and what was found: an id of another call, clocks far apart, counts that cannot be, more
// attributes than are kept.
import { finding, type Finding, type Signal } from '../calls/finding.ts';
import { callKey, type Report } from '../calls/report.ts';
import { MOST_KEPT_ATTRIBUTES, oddCount, trimmed } from './findings.ts';
import type { Attributes } from './otlp.ts';
import type { RecentIds } from './recent-ids.ts';

/** `attributes`, `resource`: all that were sent. */
export function checkReport(
  recent: RecentIds,
  said: Report,
  signal: Signal,
  { attributes, resource }: { attributes: Attributes; resource: Attributes },
): { report: Report; findings: Finding[] } {
  const { report: settled, found } = recent.settle(withFeatureOf(resource, said));
  const report = { ...settled, attributes: trimmed(settled.attributes) };
  const findings: Finding[] = [];
  const say = (kind: Finding['kind'], reason: string, example: string, largestMs = 0, service = report.tags.service) =>
    findings.push(
      finding(kind, signal, reason, {
        source: report.source,
        service,
        example,
        exampleCall: report.role === 'submit' ? '' : callKey(report),
        largestMs,
      }),
    );
  if (found?.kind === 'set-apart') {
    say(
      'set-apart',
      'another call has its id, with another usage: counted as a call of its own',
      `two spans of ${report.source} tell of different calls under one id`,
    );
  }
  if (found?.kind === 'skewed') {
    say(
      'skewed',
      'two sources tell of one call at times too far apart: the time that came first is taken for both',
      `${report.source} says another time than the report before it`,
      found.byMs,
      found.service,
    );
  }
  const odd = oddCount(report, attributes);
  if (odd) {
    say('odd-count', `a count ${odd.why}: it is unknown, and so may be the price`, `${odd.name} ${odd.why}`);
  }
  if (Object.keys(settled.attributes).length > MOST_KEPT_ATTRIBUTES) {
    say(
      'trimmed',
      `more than ${MOST_KEPT_ATTRIBUTES} attributes that would be kept: the first are, the call counts in full`,
      `a ${signal} of ${report.source} has more than ${MOST_KEPT_ATTRIBUTES}`,
    );
  }
  return { report, findings };
}

/** `OTEL_RESOURCE_ATTRIBUTES` may say the feature of all calls of a process; one said of the call itself goes before. */
function withFeatureOf(resource: Attributes, report: Report): Report {
  const feature = resource['spanledger.feature'];
  if (report.tags.feature !== null || typeof feature !== 'string' || feature === '') return report;
  return { ...report, tags: { ...report.tags, feature } };
}
