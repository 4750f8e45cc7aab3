// One statement as everybody else writes it -> what a cluster is told. Each table is two there: `<name>_local` holds a shard's
// rows, and a Distributed table has the plain name, so that questions and inserts are the same everywhere. Whatever changes a
// table is told to the local ones of all nodes. Knows the shapes of our own statements, and refuses every other.
// docs/decisions/0011-cluster.md says why this way.

export interface Cluster {
  /** As in `remote_servers` of ClickHouse's configuration. */
  name: string;
  database: string;
  /** With Keeper, tables are replicated and nodes tell each other; without, every shard is one node and is told by us. */
  keeper: boolean;
}

const BY_HOUR = 'cityHash64(hour)';
/**
 * Which shard a row goes to. What is not named here is small, or a record of what holds for the ledger as a whole, and is all on
 * the first shard: its latest version is then one shard's own business.
 */
const SHARDED_BY: Readonly<Record<string, string>> = {
  reports: 'cityHash64(call_key)',
  repriced: 'cityHash64(call_key)',
  spans: 'cityHash64(trace_id)',
  batch_submits: 'cityHash64(batch_id)',
  open_calls: 'cityHash64(call_key)',
  rollup: BY_HOUR,
  rollup_sketches: BY_HOUR,
  rollup_by: BY_HOUR,
  rollup_latency: BY_HOUR,
  rollup_days: BY_HOUR,
  rollup_sketches_days: BY_HOUR,
  rollup_by_days: BY_HOUR,
  rollup_latency_days: BY_HOUR,
};

const CREATE = /^CREATE TABLE IF NOT EXISTS (\w+)\s*(\([\s\S]*\)\s*ENGINE = [\s\S]*)$/;
const REPLACE = /^CREATE OR REPLACE TABLE (\w+)\s*(\([\s\S]*\)\s*ENGINE = [\s\S]*?)\s*AS SELECT \* FROM \1$/;
const ALTER = /^ALTER TABLE (\w+)\s+([\s\S]+)$/;
const DELETE = /^DELETE FROM (\w+)\s+(WHERE [\s\S]+)$/;
const TRUNCATE = /^TRUNCATE TABLE (\w+)$/;
const INSERT = /^INSERT INTO \w+\b/;
/** What changes which columns there are; the Distributed table has them too. */
const OF_COLUMNS = /\b(ADD|DROP|MODIFY|RENAME) COLUMN\b/;

/** A statement that changes something: carried out on every node in this order (unless that table has rows), or as it is on one. */
export type ClusterStatement = { onAllNodes: string[]; unlessItHasRows?: string } | { asItIs: string };

export function clusterStatement(sql: string, cluster: Cluster): ClusterStatement {
  const text = sql.replace(/^(\s*--[^\n]*\n)+/, '').trim();
  const on = cluster.keeper ? ` ON CLUSTER ${quoted(cluster.name)}` : '';
  const local = (table: string): string => `${quoted(cluster.database)}.${quoted(`${table}_local`)}`;
  const distributed = (create: string, table: string): string =>
    `${create} ${quoted(cluster.database)}.${quoted(table)}${on} AS ${local(table)}
ENGINE = Distributed('${cluster.name}', '${cluster.database}', '${table}_local', ${SHARDED_BY[table] ?? '0'})`;
  const engineOf = (rest: string): string =>
    cluster.keeper ? rest.replace(/\bENGINE = (?=\w*MergeTree\b)/, 'ENGINE = Replicated') : rest;

  const created = CREATE.exec(text);
  if (created) {
    const [, table = '', rest = ''] = created;
    return {
      onAllNodes: [
        `CREATE TABLE IF NOT EXISTS ${local(table)}${on} ${engineOf(rest)}`,
        distributed('CREATE TABLE IF NOT EXISTS', table),
      ],
    };
  }
  const replaced = REPLACE.exec(text);
  if (replaced) {
    const [, table = '', rest = ''] = replaced;
    const made = `CREATE OR REPLACE TABLE ${local(table)}${on} ${engineOf(rest)}`;
    const all = distributed('CREATE OR REPLACE TABLE', table);
    // Replicas would each copy what the others have copied. There a table with rows stays as it was made: slower, and right.
    return cluster.keeper
      ? { onAllNodes: [made, all], unlessItHasRows: table }
      : { onAllNodes: [`${made}\nAS SELECT * FROM ${local(table)}`, all] };
  }
  const altered = ALTER.exec(text);
  if (altered) {
    const [, table = '', rest = ''] = altered;
    const change = `ALTER TABLE ${local(table)}${on} ${rest}`;
    return {
      onAllNodes: OF_COLUMNS.test(rest) ? [change, distributed('CREATE OR REPLACE TABLE', table)] : [change],
    };
  }
  const deleted = DELETE.exec(text);
  if (deleted) return { onAllNodes: [`DELETE FROM ${local(deleted[1] ?? '')}${on} ${deleted[2]}`] };
  const emptied = TRUNCATE.exec(text);
  if (emptied) return { onAllNodes: [`TRUNCATE TABLE ${local(emptied[1] ?? '')}${on}`] };
  if (INSERT.test(text)) return { asItIs: text };
  throw new Error(`a cluster cannot be told this statement: ${text.slice(0, 80)}`);
}

/** A question to ClickHouse about its own tables is one about all shards', under their plain names; every other is as it is. */
export function clusterQuestion(sql: string, { name }: Cluster): string {
  if (!sql.includes('system.')) return sql;
  const all = `cluster('${name}', system.`;
  const from: Record<string, string> = {
    parts: `(${plain('table', `${all}parts)`)}) AS parts`,
    tables: `(${plain('name', 'system.tables')}) AS tables`,
    columns: `(SELECT * FROM system.columns WHERE NOT endsWith(table, '_local')) AS columns`,
    disks: `${all}disks)`,
  };
  return sql.replace(/\bFROM system\.(\w+)\b/g, (as, table: string) => (from[table] ? `FROM ${from[table]}` : as));
}

const plain = (column: string, from: string): string =>
  `SELECT * REPLACE (replaceRegexpOne(raw.${column}, '_local$', '') AS ${column}) FROM ${from} AS raw WHERE endsWith(raw.${column}, '_local')`;

const quoted = (name: string): string => `\`${name}\``;
