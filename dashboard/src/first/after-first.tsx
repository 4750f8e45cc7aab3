// What of a page comes after its first chart: panels as they are; controls, and what charts are pointed at with, with their code.
import type { ComponentType, ReactNode } from 'react';
import { fetched } from './fetched.tsx';
import { useFirstStands } from './first.ts';

/** `place` stands there until then; and until `when`, where there is more to wait for. */
export function AfterFirst({
  when = true,
  place = null,
  children,
}: {
  when?: boolean;
  place?: ReactNode;
  children: ReactNode;
}) {
  return useFirstStands() && when ? children : place;
}

/** A part that is fetched and drawn after the first chart; `place` stands there until it has come. */
export function afterFirst<Props extends object>(
  name: string,
  fetchPart: () => Promise<ComponentType<Props>>,
  place: (props: Props) => ReactNode = () => null,
): (props: Props) => ReactNode {
  const Part = fetched(fetchPart, { name, place });
  return (props) => (
    <AfterFirst place={place(props)}>
      <Part {...props} />
    </AfterFirst>
  );
}
