// Own prices: what was agreed with Anthropic, written here or in the prices file, and where each stands.
import { ActionIcon, Button, Group } from '@mantine/core';
import { IconFileText, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { KeptOwnPrice } from '@spanledger/collector/contract';
import { useState } from 'react';
import { Link } from 'react-router';
import { api } from '../../api/api.ts';
import { queryClient, usePrices } from '../../api/questions.ts';
import { fetched } from '../../first/fetched.tsx';
import { ConfirmDelete } from '../../ui/confirm-delete.tsx';
import { Frame } from '../../ui/frame.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { hidden, TableHead, wide } from '../../ui/table-head.tsx';
import type { Edited } from './own-price-form.tsx';
import { PastePrices } from './paste-prices.tsx';
import { Period } from './price-history.tsx';
import { PriceSource } from '../../ui/price-source.tsx';
import { DocsLink } from '../../ui/docs-link.tsx';
import { bandWords, ownPriceWords, stateOn, utcDay } from './rates.ts';

const OwnPriceForm = fetched(async () => (await import('./own-price-form.tsx')).OwnPriceForm, { name: 'The form' });

export function OwnPricesPanel() {
  const question = usePrices();
  const [edited, setEdited] = useState<Edited | null>(null);
  const [pasting, setPasting] = useState(false);
  const add = () => setEdited({ id: null, price: null });
  return (
    <>
      <Frame
        title="Own prices"
        question={question}
        height={240}
        isEmpty={({ own }) => own.length === 0}
        empty={
          <div>
            <p>
              Every call is priced by Anthropic’s list. If you have agreed other prices, say so here or in a file named
              by <code>SPANLEDGER_PRICES</code>: rates of your own, a percentage off, or a model that is in no table.
            </p>
            <Button onClick={add}>Add the first</Button>
          </div>
        }
        aside={
          <Group gap="xs">
            <DocsLink to="/docs/prices.md">All that a price can say</DocsLink>
            <Button
              variant="default"
              size="xs"
              leftSection={<IconFileText size={14} aria-hidden />}
              onClick={() => setPasting(true)}
            >
              Paste YAML
            </Button>
            <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
              Add a price
            </Button>
          </Group>
        }
      >
        {({ own, file }) => (
          <>
            <ScrollTable label="Own prices">
              <TableHead columns={['Model', 'Pays', ...wide('Since – until', 'Source', 'From'), hidden('Actions')]} />
              <tbody>
                {own.map((price) => (
                  <OwnPriceRow
                    key={price.id}
                    price={price}
                    today={utcDay(question.dataUpdatedAt)}
                    filePath={file?.path ?? null}
                    onEdit={() => setEdited({ id: price.id, price })}
                  />
                ))}
              </tbody>
            </ScrollTable>
            <p className="note">
              A change is for calls that arrive from now on. What is in the ledger already changes by{' '}
              <Link to="/prices/repricing">re-pricing</Link> only.
            </p>
          </>
        )}
      </Frame>
      <OwnPriceForm edited={edited} onClose={() => setEdited(null)} />
      <PastePrices opened={pasting} onClose={() => setPasting(false)} />
    </>
  );
}

const STATE_BADGES = { 'in force': 'badge badge-good', 'to come': 'badge badge-warn', ended: 'badge' } as const;

function OwnPriceRow({
  price,
  today,
  filePath,
  onEdit,
}: {
  price: KeptOwnPrice;
  today: string;
  filePath: string | null;
  onEdit: () => void;
}) {
  const state = stateOn(price, today);
  const name = price.model === '*' ? 'every model' : price.model;
  return (
    <tr className="worklist" data-testid="own-price" data-key={price.id}>
      <th scope="row">
        <strong>{name}</strong> {price.newModel && <span className="badge">new model</span>}
        {price.band && <span className="is-muted small band">prompts {bandWords(price.band)}</span>}
        <span className="narrow small">
          <Period since={price.since} until={price.until} /> <span className={STATE_BADGES[state]}>{state}</span>
        </span>
      </th>
      <td className="wrap">
        {ownPriceWords(price).map((words) => (
          <p key={words}>{words}</p>
        ))}
      </td>
      <td className="wide">
        <Period since={price.since} until={price.until} /> <span className={STATE_BADGES[state]}>{state}</span>
      </td>
      <td className="wrap wide">
        <PriceSource source={price.source} />
      </td>
      <td className="is-muted wide">
        {price.origin === 'file' ? (
          <span title={filePath ?? undefined}>file{price.line !== null && `, line ${price.line}`}</span>
        ) : (
          'here'
        )}
      </td>
      <td className="right">
        {price.origin === 'api' && (
          <Group gap={2} wrap="nowrap" justify="flex-end">
            <ActionIcon variant="subtle" color="gray" aria-label={`Edit the price of ${name}`} onClick={onEdit}>
              <IconPencil size={16} aria-hidden />
            </ActionIcon>
            <DeleteButton price={price} name={name} />
          </Group>
        )}
      </td>
    </tr>
  );
}

function DeleteButton({ price, name }: { price: KeptOwnPrice; name: string }) {
  const [opened, setOpened] = useState(false);
  const deletion = useMutation({
    mutationFn: () => api.deleteOwnPrice(price.id),
    onSuccess: async () => {
      setOpened(false);
      await queryClient.invalidateQueries({ queryKey: ['prices'] });
    },
  });
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Delete the price of ${name}`}
        onClick={() => setOpened(true)}
      >
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
      <ConfirmDelete
        name={`Own price of ${name}`}
        opened={opened}
        pending={deletion.isPending}
        error={deletion.error}
        onKeep={() => setOpened(false)}
        onDelete={() => deletion.mutate()}
      >
        Calls from now on are priced without it. What was priced with it stays as it is, until history is re-priced.
      </ConfirmDelete>
    </>
  );
}
