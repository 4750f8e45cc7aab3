// A store that writes only while a lease is held: what a holder that was late began, it does not end.
import { StoreError, type Store } from '../store/store.ts';

export function fenced(store: Store, held: () => boolean): Store {
  const whileHeld = <T>(work: () => Promise<T>): Promise<T> =>
    held()
      ? work()
      : Promise.reject(new StoreError('unavailable', 'this collector does not hold the lease that this is done under'));
  return {
    ...store,
    insert: (table, rows) => whileHeld(() => store.insert(table, rows)),
    insertLines: (rows, token) => whileHeld(() => store.insertLines(rows, token)),
    command: (sql, parameters) => whileHeld(() => store.command(sql, parameters)),
  };
}
