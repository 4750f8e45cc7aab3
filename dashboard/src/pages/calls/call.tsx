// The page of one call.
import { useParams } from 'react-router';
import { useCall } from '../../api/questions.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { useFilters } from '../../url/use-filters.ts';
import { CallBody, CallHead } from './call-panels.tsx';

export function CallPage() {
  const { callId = '' } = useParams();
  const question = useCall(callId);
  const [{ timezone }] = useFilters();
  return (
    <>
      <BackLink />
      <CallHead question={question} timezone={timezone} heading="h1" />
      <CallBody question={question} timezone={timezone} />
    </>
  );
}
