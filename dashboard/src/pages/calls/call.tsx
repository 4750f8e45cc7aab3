// The page of one call.
import { useParams } from 'react-router';
import { useCall } from '../../api/questions.ts';
import { formatInstant } from '../../format.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { useTitle } from '../../ui/page-name.tsx';
import { useFilters } from '../../url/use-filters.ts';
import { CallBody, CallHead, modelOf } from './call-panels.tsx';

export function CallPage() {
  const { callId = '' } = useParams();
  const question = useCall(callId);
  const [{ timezone }] = useFilters();
  const call = question.data;
  useTitle(call ? `Call of ${formatInstant(call.startedAt, timezone)}, ${modelOf(call)}` : 'Call');
  return (
    <>
      <BackLink />
      <CallHead question={question} timezone={timezone} heading="h1" />
      <CallBody question={question} timezone={timezone} />
    </>
  );
}
