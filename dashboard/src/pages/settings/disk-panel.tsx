// What room the ledger takes on the disk, how fast it grows, and which tables take it.
import type { Disk } from '@spanledger/collector/contract';
import { useStatus } from '../../api/questions.ts';
import { formatBytes, formatCount } from '../../format.ts';
import { Frame } from '../../ui/frame.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { figures, TableHead } from '../../ui/table-head.tsx';

const LARGEST = 5;

export function DiskPanel() {
  return (
    <Frame title="Disk" question={useStatus()} height={140}>
      {({ disk }) => (
        <>
          <p className="lead-in">{wordsOf(disk)}</p>
          <ScrollTable label="The largest tables">
            <TableHead columns={['Table', ...figures('Rows', 'On disk')]} />
            <tbody>
              {disk.byTable.slice(0, LARGEST).map(({ table, rows, bytes }) => (
                <tr key={table}>
                  <td>{table}</td>
                  <td className="right">{formatCount(rows)}</td>
                  <td className="right">{formatBytes(bytes)}</td>
                </tr>
              ))}
            </tbody>
            <Others of={disk.byTable.slice(LARGEST)} />
          </ScrollTable>
        </>
      )}
    </Frame>
  );
}

/** What the listed ones leave out, so that the column adds up to what the ledger takes. */
function Others({ of: tables }: { of: Disk['byTable'] }) {
  if (tables.length === 0) return null;
  const sum = (name: 'rows' | 'bytes') => tables.reduce((all, table) => all + table[name], 0);
  return (
    <tfoot>
      <tr className="rest">
        <th scope="row">All others</th>
        <td className="right">{formatCount(sum('rows'))}</td>
        <td className="right" data-testid="disk-others" data-value={sum('bytes')}>
          {formatBytes(sum('bytes'))}
        </td>
      </tr>
    </tfoot>
  );
}

function wordsOf({ bytes, bytesPerCall, growthPerDay, freeBytes }: Disk): string {
  const each = bytesPerCall === null ? '' : `, ${formatBytes(bytesPerCall)} a call`;
  const growth = growthPerDay === null ? '' : ` It grows by ${formatBytes(growthPerDay)} a day.`;
  const free = freeBytes === null ? '' : ` ${formatBytes(freeBytes)} are free.`;
  return `The ledger takes ${formatBytes(bytes)}${each}.${growth}${free}`;
}
