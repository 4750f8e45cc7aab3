// For prepared-ledger.ts: a process of its own, as the engine wants one, that makes an empty ledger in the folder it is given.
import { openStore } from './connect.ts';
import { migrate } from './migrate.ts';

const [dataDir = ''] = process.argv.slice(2);
const store = await openStore({ kind: 'embedded', dataDir });
// What is copied is read back at once, and by nobody after the run.
await store.command('SET fsync_metadata = 0');
await migrate(store);
await store.close();
