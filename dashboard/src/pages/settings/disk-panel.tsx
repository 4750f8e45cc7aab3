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
          </ScrollTable>
        </>
      )}
    </Frame>
  );
}

function wordsOf({ bytes, bytesPerCall, growthPerDay, freeBytes }: Disk): string {
  const each = bytesPerCall === null ? '' : `, ${formatBytes(bytesPerCall)} a call`;
  const growth = growthPerDay === null ? '' : ` It grows by ${formatBytes(growthPerDay)} a day.`;
  const free = freeBytes === null ? '' : ` ${formatBytes(freeBytes)} are free.`;
  return `The ledger takes ${formatBytes(bytes)}${each}.${growth}${free}`;
}
