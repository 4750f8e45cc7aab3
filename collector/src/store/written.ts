// Counts writes by table, so that who keeps in memory what tables say knows whether it still holds. Only where this process alone
// writes: the embedded engine.
import type { Store } from './store.ts';

const TARGET = /^\s*(?:INSERT\s+INTO|ALTER\s+TABLE|DELETE\s+FROM|TRUNCATE\s+TABLE)\s+(\w+)/i;

export function countWrites(store: Store): Store {
  const counts = new Map<string, number>();
  /** Of statements that do not begin with the table they write to. */
  let others = 0;
  const counted = async <T>(table: string | undefined, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } finally {
      if (table === undefined) others += 1;
      else counts.set(table, (counts.get(table) ?? 0) + 1);
    }
  };
  return {
    ...store,
    insert: (table, rows) => counted(table, () => store.insert(table, rows)),
    insertLines: (rows, token) => counted(rows.table, () => store.insertLines(rows, token)),
    command: (sql, parameters) => counted(TARGET.exec(sql)?.[1], () => store.command(sql, parameters)),
    written: (table) => (counts.get(table) ?? 0) + others,
  };
}
