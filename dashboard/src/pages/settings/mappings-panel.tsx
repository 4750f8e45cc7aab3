// Mappings: which attribute names of a company's own say which dimensions, in the order in which they are asked.
import { ActionIcon, Button, Group } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { Mapping } from '@spanledger/collector/contract';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { queryClient, useMappings } from '../../api/questions.ts';
import { afterFirst } from '../../first/after-first.tsx';
import { formatDimension } from '../../format.ts';
import { ConfirmDelete } from '../../ui/confirm-delete.tsx';
import { wordsOf } from '../../ui/frame.tsx';
import { ListFrame } from '../../ui/list-frame.tsx';
import { DocsLink } from '../../ui/docs-link.tsx';
import { PreviewOf } from './preview.tsx';

/** Opened by a click: what it lets choose from is fetched once the page stands. */
const MappingForm = afterFirst('The form', async () => (await import('./mapping-form.tsx')).MappingForm);

const again = () => queryClient.invalidateQueries({ queryKey: ['mappings'] });

export function MappingsPanel({ className }: { className: string }) {
  const order = useMutation({ mutationFn: (ids: string[]) => api.orderMappings(ids), onSuccess: again });
  return (
    <ListFrame
      title="Attribute names"
      question={useMappings()}
      height={180}
      className={className}
      empty="Do your spans say the tenant, the team or the feature already, under names of your own? Map them to dimensions: no app has to change."
      docs={<DocsLink to="/docs/connect.md#attribute-names-of-your-own">How mapping works</DocsLink>}
      add="Map an attribute"
      form={(opened, onClose) => <MappingForm opened={opened} onClose={onClose} onAdded={again} />}
    >
      {(mappings) => (
        <>
          <p className="is-muted lead-in">
            Asked from top to bottom, where a call does not say the dimension itself. They hold for calls that come in
            from now on.
          </p>
          {order.error && (
            <p className="note note-bad" role="alert">
              {wordsOf(order.error)}
            </p>
          )}
          <ol className="lines">
            {mappings.map((mapping, index) => (
              <MappingLine
                key={mapping.id}
                mapping={mapping}
                moving={order.isPending}
                onUp={index === 0 ? null : () => order.mutate(swapped(mappings, index - 1))}
                onDown={index === mappings.length - 1 ? null : () => order.mutate(swapped(mappings, index))}
              />
            ))}
          </ol>
        </>
      )}
    </ListFrame>
  );
}

/** The ids with those at `index` and the next changed over. */
function swapped(mappings: readonly Mapping[], index: number): string[] {
  const ids = mappings.map(({ id }) => id);
  const [one, other] = [ids[index], ids[index + 1]];
  return one === undefined || other === undefined ? ids : ids.with(index, other).with(index + 1, one);
}

interface MappingLineProps {
  mapping: Mapping;
  moving: boolean;
  onUp: (() => void) | null;
  onDown: (() => void) | null;
}

function MappingLine({ mapping, moving, onUp, onDown }: MappingLineProps) {
  const { id, attribute, dimension, services } = mapping;
  const [sure, setSure] = useState(false);
  const [opened, setOpened] = useState(false);
  const deletion = useMutation({ mutationFn: () => api.deleteMapping(id), onSuccess: again });
  return (
    <li data-testid="mapping-row" data-key={id}>
      <div className="line-head">
        <code className="clip">{attribute}</code>
        <span aria-hidden>→</span>
        <strong>{formatDimension(dimension)}</strong>
        <Group gap={2} wrap="nowrap" className="push">
          <Button size="compact-xs" variant="subtle" aria-expanded={opened} onClick={() => setOpened(!opened)}>
            Preview
          </Button>
          <Move label={`Ask ${attribute} earlier`} onClick={onUp} busy={moving} Icon={IconArrowUp} />
          <Move label={`Ask ${attribute} later`} onClick={onDown} busy={moving} Icon={IconArrowDown} />
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={`Delete ${attribute}`}
            onClick={() => setSure(true)}
          >
            <IconTrash size={14} aria-hidden />
          </ActionIcon>
        </Group>
      </div>
      {services.length > 0 && <p className="is-muted small">Only calls of {services.join(', ')}</p>}
      {opened && <PreviewOf attribute={attribute} services={services} />}
      <ConfirmDelete
        name={attribute}
        opened={sure}
        pending={deletion.isPending}
        error={deletion.error}
        onKeep={() => setSure(false)}
        onDelete={() => deletion.mutate()}
      >
        Calls that come in from then on do not get their {formatDimension(dimension)} from it. Those that are here keep
        it.
      </ConfirmDelete>
    </li>
  );
}

function Move({
  label,
  onClick,
  busy,
  Icon,
}: {
  label: string;
  onClick: (() => void) | null;
  busy: boolean;
  Icon: typeof IconArrowUp;
}) {
  return (
    <ActionIcon
      size="sm"
      variant="subtle"
      color="gray"
      aria-label={label}
      disabled={onClick === null || busy}
      onClick={() => onClick?.()}
    >
      <Icon size={14} aria-hidden />
    </ActionIcon>
  );
}
