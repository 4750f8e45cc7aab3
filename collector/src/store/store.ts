// The store's port: what the stages may ask of ClickHouse, embedded or server. Values travel only as named parameters
// (`{name: Type}` in the text); whoever implements it turns every failure into one StoreError.

export type SqlParameters = Record<string, unknown>;

/** Rows of one table as text: each a line of JSONCompactEachRow, its values in the order of `columns`. */
export interface TableRows {
  table: string;
  columns: readonly string[];
  lines: readonly string[];
}

export interface Store {
  readonly storage: 'embedded' | 'server';
  /** Rows of a SELECT. Decimals come as strings, 64-bit integers as numbers (exact up to 2^53). */
  query<Row>(sql: string, parameters?: SqlParameters): Promise<Row[]>;
  /** Resolves when the rows are durable. Keys are column names. */
  insert(table: string, rows: readonly Record<string, unknown>[]): Promise<void>;
  /** The same for rows that are text already; the fast way in. A server takes a `token` once: what is sent again under it is left out. */
  insertLines(rows: TableRows, token?: string): Promise<void>;
  /** The rows of a SELECT in ClickHouse's Native format, as they are: every type exact. All in memory. */
  native(sql: string): Promise<Buffer>;
  /** The way back of `native`: rows into a table, once under a `token` where the table remembers them. Only a server's. */
  insertNative?(table: string, bytes: Buffer, token: string): Promise<void>;
  /** A statement without an answer (DDL, INSERT ... SELECT). */
  command(sql: string, parameters?: SqlParameters): Promise<void>;
  /** Grows with every write to the table. Only where nobody else can write: absent, nobody knows what others wrote. */
  written?(table: string): number;
  close(): Promise<void>;
}

/**
 * The store did not answer, or refused. `code` is stable; `cause` is what the driver said, for the log only. `overloaded`: more
 * waits to be stored than may; `rejected`: this statement will not do better when it is sent again.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: 'unavailable' | 'overloaded' | 'locked' | 'unwritable' | 'rejected';
  /** Of `rejected`: it is a value of a row that the store cannot take, so that other rows may go in. */
  readonly ofData: boolean;
  constructor(code: StoreError['code'], message: string, cause?: unknown, ofData = false) {
    super(message, { cause });
    this.code = code;
    this.ofData = ofData;
  }
}
