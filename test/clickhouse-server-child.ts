// A real ClickHouse server in a process of its own, out of the engine that the packages bring already: `libchdb` behaves as
// clickhouse-local when it is given its arguments, and that can listen. Ends when whoever started it is gone.
// Arguments: HTTP port, TCP port, data folder, and perhaps a file with configuration.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DataType, load, open } from 'ffi-rs';

const [httpPort = '', tcpPort = '', folder = '', config = ''] = process.argv.slice(2);
const listening = [
  'clickhouse-local',
  ...(config === '' ? [] : [`--config-file=${config}`]),
  `--path=${folder}`,
  '--listen_host=127.0.0.1',
  `--http_port=${httpPort}`,
  `--tcp_port=${tcpPort}`,
  '--query',
  // It serves as long as its own statement runs.
  `SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP;
   SELECT sleepEachRow(1) FROM numbers(1000000000) SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0 FORMAT Null`,
];

const starter = process.ppid;
setInterval(() => process.ppid !== starter && process.kill(process.pid, 'SIGKILL'), 500);
open({ library: 'chdb', path: enginePath() });
const ended: unknown = await load({
  library: 'chdb',
  funcName: 'query_stable_v2',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [listening.length, listening],
  runInNewThread: true,
});
process.stderr.write(`the ClickHouse server ended by itself: ${String(ended)}\n`);
process.exit(1);

/** The library lies in a package for this platform, beside the one that binds it to Node. */
function enginePath(): string {
  const chdb = createRequire(join(import.meta.dirname, '../collector/package.json')).resolve('chdb/package.json');
  const libc = process.platform === 'linux' ? ['-gnu', '-musl'] : [''];
  const found = libc
    .map((suffix) =>
      join(dirname(chdb), '..', '@chdb', `lib-${process.platform}-${process.arch}${suffix}`, 'libchdb.so'),
    )
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error(`there is no libchdb for ${process.platform} ${process.arch}`);
  return found;
}
